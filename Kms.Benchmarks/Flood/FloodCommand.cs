using System.CommandLine;
using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>
/// <c>flood</c>: what ordinary queries and honest hosts get while somebody sends packets that bear the head, in the names of known
/// hosts, against what they get beside as many ordinary queries.
/// </summary>
internal static class FloodCommand
{
    private const int FloodedHosts = 1000;
    private const int Many = 50;

    private static readonly PacketKind[] Kinds = [PacketKind.Forged, PacketKind.Replayed, PacketKind.Malformed];

    public static Command Create()
    {
        Option<int> rate = new("--rate") { Description = "Packets a second.", DefaultValueFactory = _ => 20_000 };
        Option<int> rounds = new("--rounds") { Description = "How many rounds.", DefaultValueFactory = _ => 3 };
        Option<double> seconds = new("--seconds") { Description = "How long each flood takes.", DefaultValueFactory = _ => 5 };
        Command command = new("flood", "Floods a hierarchy that keeps its default limits, and sees what others still get.") { rate, rounds, seconds };
        TargetOptions target = new(command);
        command.SetAction(async (parsed, _) =>
        {
            SealKind seal = target.SealOf(parsed);
            await using ITarget where = await target.StartAsync(parsed, TargetStart.DefaultLimits);
            DomainName asked = Speakers.WarmNames(where.Asked, 1)[0];
            using HonestHosts honest = new(where.Asked, seal, asked);
            await where.PublishAsync(honest.Records);
            using LoadSession session = await LoadSession.StartAsync(where.Asked, where.PublishAsync, seal, FloodedHosts, warmNames: 1, coldNames: 0);
            FloodRun run = new(where, honest, parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            await RunAsync(run, session, parsed.GetValue(rounds));
            return 0;
        });
        return command;
    }

    private static async Task RunAsync(FloodRun run, LoadSession session, int rounds)
    {
        (PacketKind? Kind, int Addresses)[] floods = [(null, 1), .. new[] { PacketKind.Txt }.Concat(Kinds).SelectMany(kind => new[] { ((PacketKind?)kind, 1), (kind, Many) })];
        List<FloodResult>[] results = [.. floods.Select(_ => new List<FloodResult>())];
        await run.RunAsync(session, null, 1); // warms up
        long before = run.Target.Use.Bytes;
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < floods.Length; i++)
            {
                int at = (round + i) % floods.Length;
                results[at].Add(await run.RunAsync(session, floods[at].Kind, floods[at].Addresses));
            }
        }
        Console.WriteLine($"Floods of {run.Rate:#,0} packets a second for {run.Length.TotalSeconds:0.#} s, {rounds} rounds, {run.Target.Title}, in the names of {FloodedHosts:#,0} hosts:\n");
        Console.WriteLine("| flood | from addresses | sent a second | ordinary answers a second | ratio to an equal flood of TXT queries | p99 | processors busy | honest hosts answered | slowest | memory, the most |\n|---|---|---|---|---|---|---|---|---|---|");
        for (int i = 0; i < floods.Length; i++)
        {
            // Beside as many TXT queries, from as many addresses.
            int equal = Array.IndexOf(floods, (PacketKind.Txt, floods[i].Addresses));
            List<FloodResult> shown = results[i];
            double[] ratios = [.. shown.Zip(results[equal], (one, two) => one.OrdinaryRate / two.OrdinaryRate)];
            Console.WriteLine(
                $"| {floods[i].Kind?.ToString().ToLowerInvariant() ?? "none"} | {floods[i].Addresses} | {Ratio.Median(shown.Select(one => one.FloodRate)):#,0} | {Ratio.Median(shown.Select(one => one.OrdinaryRate)):#,0} | {Ratio.Text(ratios)} "
                + $"| {shown.Max(one => one.OrdinaryLatency).TotalMilliseconds:0.0} ms | {Ratio.Median(shown.Select(one => one.Processors)):0.00} | {shown.Sum(one => one.HonestAnswered)} of {shown.Sum(one => one.HonestAsked)} | {shown.Max(one => one.HonestLongest).TotalSeconds:0.00} s | {shown.Max(one => one.GreatestBytes) >> 20} MB |");
        }
        FloodResult after = await run.RunAsync(session, null, 1);
        Console.WriteLine($"\nMemory before: {before >> 20} MB; afterwards, without a flood: {run.Target.Use.Bytes >> 20} MB, {after.OrdinaryRate:#,0} ordinary answers a second, {after.HonestAnswered} of {after.HonestAsked} honest hosts answered.");
    }
}
