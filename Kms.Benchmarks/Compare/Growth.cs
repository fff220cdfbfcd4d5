using System.Diagnostics;
using Kms.Protocol;
using Kms.Server;

namespace Kms.Benchmarks;

/// <summary>How cost grows: keys in the table, domains on the way, hosts at once, and what is left where more is asked than can be done.</summary>
internal static class Growth
{
    private const int LookUps = 1 << 20;
    private const int ColdForDepth = 1_000;
    private const int ColdToWarmUp = 12_000;
    private const int Hosts = 64;
    private const int PerSecond = 60_000;
    private const int WarmUpTurns = 3;
    private static readonly int[] AskedColdPerSecond = [500, 1_000, 2_000, 4_000, 8_000];
    private static readonly TimeSpan Overload = TimeSpan.FromSeconds(10);

    /// <summary>What one load leaves under way is over after so long.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    public static async Task<string> RunAsync(TimeSpan length)
    {
        using StringWriter page = new();
        await WriteTablesAsync(page);
        await WriteDepthsAsync(page);
        await WriteHostsAsync(page, length);
        await WriteOverloadAsync(page);
        return page.ToString();
    }

    private static async Task WriteTablesAsync(TextWriter page)
    {
        await page.WriteLineAsync("**Keys in the table:**\n\n| keys | a look-up | bytes a key |\n|---|---|---|");
        foreach (int keys in (int[])[1_000, 10_000, 100_000, 1_000_000])
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            (KeyTable table, KeyQuestion[] questions) = KeyTables.Make(keys);
            long bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / keys;
            new Random(1).Shuffle(questions);
            int found = 0;
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < LookUps; i++)
            {
                if (table.Find(questions[i % keys]) is not null) found++;
            }
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            if (found != LookUps) throw new InvalidOperationException("A key was not found.");
            await page.WriteLineAsync($"| {keys:#,0} | {elapsed.TotalMicroseconds / LookUps:0.00} µs | {bytes:#,0} (with its question, for the test) |");
        }
        await page.WriteLineAsync();
    }

    private static async Task WriteDepthsAsync(TextWriter page)
    {
        await page.WriteLineAsync("**Domains between host and anchor**, MACs, cold, one at a time, the lab:\n\n| depth | p50 | p99 | processor time |\n|---|---|---|---|");
        List<(int Depth, double Microseconds)> points = [];
        foreach (int depth in (int[])[2, 4, 6, 8, 10])
        {
            await using LabTarget target = await LabTarget.StartAsync(depth, SealKind.Mac, TargetStart.NoLimits);
            using LoadSession session = await LoadSession.StartAsync(target.Asked, target.PublishAsync, SealKind.Mac, Hosts, 1, ColdToWarmUp + ColdForDepth);
            Mix mix = Mix.Of(PacketKind.Cold);
            LoadPlan plan = session.Plan(mix, TimeSpan.FromMinutes(1)); // until the names are used up
            await LoadGenerator.RunAsync(plan with { Concurrency = Hosts }, session.Prepare(mix, ColdToWarmUp));
            Turn turn = new("", target.Use, () => LoadGenerator.RunAsync(plan with { Concurrency = 1 }, session.Prepare(mix, ColdForDepth)));
            await turn.TakeAsync();
            points.Add((depth, turn.Milliseconds(0.5) * 1000));
            await page.WriteLineAsync($"| {depth} | {turn.Milliseconds(0.5):0.00} ms | {turn.Milliseconds(0.99):0.00} ms | {turn.ProcessorTimes[0]:#,0} µs |");
        }
        double meanDepth = points.Average(point => point.Depth), mean = points.Average(point => point.Microseconds);
        double slope = points.Sum(point => (point.Depth - meanDepth) * (point.Microseconds - mean)) / points.Sum(point => (point.Depth - meanDepth) * (point.Depth - meanDepth));
        await page.WriteLineAsync($"\nThe straight line through the medians: {slope:#,0} µs a level.\n");
    }

    private static async Task WriteHostsAsync(TextWriter page, TimeSpan length)
    {
        await page.WriteLineAsync("**Hosts that ask at once**, MACs, warm, the lab:\n\n| at once | answers a second | p50 | p99 | missed |\n|---|---|---|---|---|");
        await using LabTarget target = await LabTarget.StartAsync(depth: 0, SealKind.Mac, TargetStart.NoLimits);
        using LoadSession session = await LoadSession.StartAsync(target.Asked, target.PublishAsync, SealKind.Mac, Hosts, 10, coldNames: 0);
        Mix mix = Mix.Of(PacketKind.Warm);
        for (int i = 0; i < WarmUpTurns; i++) await LoadGenerator.RunAsync(session.Plan(mix, length) with { Concurrency = Hosts }, session.Prepare(mix, (int)(PerSecond * length.TotalSeconds)));
        foreach (int atOnce in (int[])[1, 2, 4, 8, 16, 32, 64])
        {
            Turn turn = new("", target.Use, () => LoadGenerator.RunAsync(session.Plan(mix, length) with { Concurrency = atOnce }, session.Prepare(mix, (int)(PerSecond * length.TotalSeconds))));
            await turn.TakeAsync();
            await page.WriteLineAsync($"| {atOnce} | {turn.Rates[0]:#,0} | {turn.Milliseconds(0.5):0.00} ms | {turn.Milliseconds(0.99):0.00} ms | {turn.Missed} |");
        }
    }

    /// <summary>In an open loop: whoever is not answered does not stop the others from asking.</summary>
    private static async Task WriteOverloadAsync(TextWriter page)
    {
        await page.WriteLineAsync($"\n**Cold inquiries at a rate, whatever comes back**, MACs, the lab, {Overload.TotalSeconds:0} s each:\n\n| asked a second | answered a second | not answered: told so | silence | p50 | p99 |\n|---|---|---|---|---|---|");
        await using LabTarget target = await LabTarget.StartAsync(depth: 0, SealKind.Mac, TargetStart.NoLimits);
        Mix mix = Mix.Of(PacketKind.Cold);
        int names = ColdToWarmUp + (int)(AskedColdPerSecond.Sum() * Overload.TotalSeconds) + AskedColdPerSecond.Length;
        using LoadSession session = await LoadSession.StartAsync(target.Asked, target.PublishAsync, SealKind.Mac, Hosts, 1, names);
        await LoadGenerator.RunAsync(session.Plan(mix, TimeSpan.FromMinutes(1)) with { Concurrency = Hosts }, session.Prepare(mix, ColdToWarmUp));
        foreach (int rate in AskedColdPerSecond)
        {
            LoadResult result = await LoadGenerator.RunAsync(session.Plan(mix, Overload) with { Rate = rate }, session.Prepare(mix, (int)(rate * Overload.TotalSeconds)));
            long told = result.Of(PacketKind.Cold, Outcome.Unsolved) + result.Of(PacketKind.Cold, Outcome.ServerFailure) + result.Of(PacketKind.Cold, Outcome.Truncated);
            await page.WriteLineAsync(
                $"| {result.SentOf(PacketKind.Cold) / result.Elapsed.TotalSeconds:#,0} | {result.Rate:#,0} | {told / result.Elapsed.TotalSeconds:#,0} a second | {result.Of(PacketKind.Cold, Outcome.Silence):#,0} "
                + $"| {result.Latency.Quantile(0.5).TotalMilliseconds:#,0} ms | {result.Latency.Quantile(0.99).TotalMilliseconds:#,0} ms |");
            await Task.Delay(Settling);
        }
    }
}
