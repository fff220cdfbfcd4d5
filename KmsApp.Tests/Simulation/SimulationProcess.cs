using System.Diagnostics;

namespace KmsApp.Tests.Simulation;

/// <summary>Runs the simulation in processes of its own, one for each processor, in which the thread pool has one worker.</summary>
internal static class SimulationProcess
{
    /// <summary>Runs the seeds or the mutants, shared out among the processors.</summary>
    /// <returns>The lines that were printed, and whether nothing failed.</returns>
    public static async Task<(bool Succeeded, IReadOnlyList<string> Lines)> RunAsync(SimulationOptions options, Action<string>? heard = null, CancellationToken cancellation = default)
    {
        int processes = options.ShowsEvents ? 1 : Math.Min(Environment.ProcessorCount, options.Mutants.Count > 0 ? options.Mutants.Count : options.Seeds);
        List<Task<(bool Succeeded, IReadOnlyList<string> Lines)>> running = [];
        ulong first = options.First;
        for (int i = 0; i < processes; i++)
        {
            int share = options.Mutants.Count > 0 ? options.Seeds : (options.Seeds / processes) + (i < options.Seeds % processes ? 1 : 0);
            running.Add(RunOneAsync(
                options with { First = first, Seeds = share, Mutants = [.. options.Mutants.Where((_, number) => number % processes == i)] }, heard, cancellation));
            if (options.Mutants.Count == 0) first += (ulong)share;
        }
        (bool Succeeded, IReadOnlyList<string> Lines)[] ended = await Task.WhenAll(running);
        return (ended.All(e => e.Succeeded), [.. ended.SelectMany(e => e.Lines)]);
    }

    private static async Task<(bool Succeeded, IReadOnlyList<string> Lines)> RunOneAsync(SimulationOptions options, Action<string>? heard, CancellationToken cancellation)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["exec", typeof(SimulationProcess).Assembly.Location, .. options.ToArguments()]) start.ArgumentList.Add(argument);
        start.Environment["DOTNET_ThreadPool_ForceMinWorkerThreads"] = "1";
        start.Environment["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "1";
        start.Environment["DOTNET_TieredPGO"] = "0"; // both cost more than they bring in so short a life
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        using Process process = Process.Start(start)!;
        List<string> lines = [];
        Task<string> trouble = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
            {
                lines.Add(line);
                heard?.Invoke(line);
            }
            await process.WaitForExitAsync(cancellation);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
        return process.ExitCode == 0 ? (true, lines) : (false, [.. lines, $"FAILED: exit code {process.ExitCode} of seeds from {options.First}. {await trouble}"]);
    }
}
