using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Kms.Benchmarks;

// Against servers in processes of their own.
switch (args)
{
    case [LabService.Verb, .. string[] rest]:
        return await LabService.RunAsync(rest);
    case ["load" or "compare" or "flood" or "attack" or "soak", ..]:
        return await new RootCommand("What KmsApp costs. See docs/BENCHMARKS.md.") { LoadCommand.Create(), CompareCommand.Create(), FloodCommand.Create(), AttackCommand.Create(), SoakCommand.Create() }.Parse(args).InvokeAsync();
}

// In this process: what is measured is ours, and a build for each benchmark would only cost time.
IConfig config = ManualConfig.Create(DefaultConfig.Instance)
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance).WithIterationCount(10))
    .WithOptions(ConfigOptions.DisableLogFile);
if (args is ["stages"])
{
    await WarmStages.PrintAsync();
    return 0;
}
if (args is not ["counts"]) BenchmarkSwitcher.FromAssembly(typeof(Cryptography).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, config);

// What is counted and not timed.
if (args is [] or ["counts"])
{
    await ColdInquiries.PrintCostOfManyAtOnceAsync();
    KeyTables.PrintBytesForEntry();
}
return 0;
