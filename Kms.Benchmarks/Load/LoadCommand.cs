using System.CommandLine;
using System.Globalization;
using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary><c>load</c>: sends a mix of packets to a hierarchy, and prints what came back.</summary>
internal static class LoadCommand
{
    private const int SealsMade = 20_000;

    public static Command Create()
    {
        Option<string> mix = new("--mix") { Description = "What is sent, with weights.", DefaultValueFactory = _ => "warm=80,cold=10,forged=10" };
        mix.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !Mix.TryParse(text, out _, out string? fault)) result.AddError(fault);
        });
        Option<int?> rate = new("--rate") { Description = "Packets a second, whatever comes back (open loop)." };
        Option<int> concurrency = new("--concurrency") { Description = "How many wait for their answers, without --rate (closed loop).", DefaultValueFactory = _ => 64 };
        Option<double> seconds = new("--seconds") { Description = "For how long.", DefaultValueFactory = _ => 5 };
        Option<int> hosts = new("--hosts") { Description = "How many hosts speak.", DefaultValueFactory = _ => 1000 };
        Option<int> names = new("--names") { Description = "How many names are asked for warm.", DefaultValueFactory = _ => 100 };
        Option<int?> packets = new("--packets") { Description = "How many packets are made before the clock starts, of those that are sent once." };
        Option<int> lanes = new("--sockets") { Description = "Over how many sockets.", DefaultValueFactory = _ => 1 };
        Option<int> addresses = new("--addresses") { Description = "From how many loopback addresses, a socket each.", DefaultValueFactory = _ => 0 };
        Option<bool> limits = new("--limits") { Description = "Leave the limits as they are by default." };
        Command command = new("load", "Sends a mix of packets to a hierarchy, and prints what came back.")
        {
            mix, rate, concurrency, seconds, hosts, names, packets, lanes, addresses, limits,
        };
        TargetOptions target = new(command);
        command.SetAction(async (parsed, _) =>
        {
            if (!Mix.TryParse(parsed.GetValue(mix)!, out Mix? what, out string? fault)) throw new FormatException(fault);
            SealKind seal = target.SealOf(parsed);
            TimeSpan length = TimeSpan.FromSeconds(parsed.GetValue(seconds));
            int count = parsed.GetValue(packets) ?? (int)((parsed.GetValue(rate) ?? SealsMade) * length.TotalSeconds) + 1;
            int cold = (int)Math.Ceiling(count * what.ShareOf(PacketKind.Cold));
            await using ITarget where = await target.StartAsync(parsed, parsed.GetValue(limits) ? TargetStart.DefaultLimits : TargetStart.NoLimits);
            using LoadSession session = await LoadSession.StartAsync(where.Asked, where.PublishAsync, seal, parsed.GetValue(hosts), parsed.GetValue(names), cold);
            IReadOnlyList<PacketPool> pools = session.Prepare(what, count);
            LoadPlan plan = session.Plan(what, length) with
            {
                Rate = parsed.GetValue(rate),
                Concurrency = parsed.GetValue(concurrency),
                Lanes = parsed.GetValue(lanes),
                Addresses = parsed.GetValue(addresses),
            };
            TimeSpan before = where.Use.ProcessorTime;
            LoadResult result = await LoadGenerator.RunAsync(plan, pools);
            TimeSpan used = where.Use.ProcessorTime - before;
            await Console.Out.WriteLineAsync($"{where.Title}, {parsed.GetValue(hosts)} hosts, {seal}:");
            LoadReport.Write(result, Console.Out);
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"  the servers: {used / result.Elapsed:0.00} processors, {used.TotalMicroseconds / Math.Max(1, result.Rate * result.Elapsed.TotalSeconds):0} µs an answer, {where.Use.Bytes >> 20} MB"));
            return result.Faults.Count == 0 ? 0 : 1;
        });
        return command;
    }
}
