using System.CommandLine;
using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary><c>soak</c>: a steady mixed load for an hour, and whether anything grows or any answer is wrong.</summary>
internal static class SoakCommand
{
    private const int Hosts = 200, WarmNames = 100;

    /// <summary>So short that every entry ends and comes anew many times in an hour.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        Option<double> minutes = new("--minutes") { Description = "For how long.", DefaultValueFactory = _ => 60 };
        Option<double> rest = new("--rest") { Description = "How many minutes without load afterwards: in 5, all that was remembered runs out.", DefaultValueFactory = _ => 6 };
        Option<int> rate = new("--rate") { Description = "Packets a second.", DefaultValueFactory = _ => 400 };
        Command command = new("soak", "Puts a steady mixed load on a hierarchy for a long time, and sees whether anything grows or an answer is wrong.") { minutes, rest, rate };
        TargetOptions target = new(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            SealKind seal = target.SealOf(parsed);
            await using ITarget where = await target.StartAsync(parsed, TargetStart.DefaultLimits, Lifetime);
            using HonestHosts askers = new(where.Asked, seal, where.Asked.Name);
            ChangingHosts changing = new(where, askers, Lifetime);
            await where.PublishAsync(askers.Records);
            await changing.PublishAllAsync();
            using LoadSession session = await LoadSession.StartAsync(where.Asked, where.PublishAsync, seal, Hosts, WarmNames, SoakLoad.ColdNamesAt(parsed.GetValue(rate), Lifetime));
            using Watch watch = new(where.Use, WatchEvery);
            SoakLoad load = new(session, changing, parsed.GetValue(rate));
            SoakRun run = new(load, watch, TimeSpan.FromMinutes(parsed.GetValue(minutes)), TimeSpan.FromMinutes(parsed.GetValue(rest)));
            await run.RunAsync(cancellation);
            Console.WriteLine($"{where.Title}, {seal} authentication, attestations that count {Lifetime.TotalSeconds:0} s:");
            return SoakReport.Write(run, load, changing, Console.Out) ? 0 : 1;
        });
        return command;
    }
}
