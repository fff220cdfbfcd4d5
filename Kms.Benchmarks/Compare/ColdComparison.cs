using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>Names that nobody asked for before: through the four KMSs of Fig. 7, and through a validating resolver with three name servers.</summary>
internal static class ColdComparison
{
    private const int Hosts = 1000;
    private const int InquiriesPerSecond = 2_500;
    private const int QueriesPerSecond = 12_000;
    private const int AtOnce = 32;

    public static async Task<string> RunAsync(IReadOnlyList<string> targets, int rounds, TimeSpan length)
    {
        List<IAsyncDisposable> started = [];
        List<LoadSession> sessions = [];
        try
        {
            // Each load twice: many at once, and one at a time for the latency. One more round to warm up.
            int Names(int perSecond) => (int)(perSecond * length.TotalSeconds * 2 * (rounds + 1)) + 1;
            DnssecServers dnssec = await DnssecServers.StartAsync(Names(QueriesPerSecond) + 1);
            started.Add(dnssec);
            List<(Turn Many, Turn One)> turns = [Pair("unbound and nsd, DNSSEC", dnssec.Use, DnssecServers.Plan(length), () => [dnssec.Cold((int)(QueriesPerSecond * length.TotalSeconds))])];
            foreach ((string name, SealKind seal) in targets.SelectMany(name => new[] { (name, SealKind.Signature), (name, SealKind.Mac) }))
            {
                ITarget target = await TargetStart.StartAsync(name, seal, TargetStart.NoLimits);
                started.Add(target);
                LoadSession session = await LoadSession.StartAsync(target.Asked, target.PublishAsync, seal, Hosts, 1, Names(InquiriesPerSecond));
                sessions.Add(session);
                Mix mix = Mix.Of(PacketKind.Cold);
                turns.Add(Pair($"{target.Title}, {(seal == SealKind.Mac ? "MACs" : "signatures")}", target.Use, session.Plan(mix, length), () => session.Prepare(mix, (int)(InquiriesPerSecond * length.TotalSeconds))));
            }
            Turn[] all = [.. turns.SelectMany(pair => new[] { pair.Many, pair.One })];
            await Turn.TakeAllAsync(all, 1);
            foreach (Turn turn in all) turn.Forget();
            await Turn.TakeAllAsync(all, rounds);
            return await WriteAsync(turns, rounds, length);
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
            foreach (IAsyncDisposable one in started) await one.DisposeAsync();
        }
    }

    private static (Turn Many, Turn One) Pair(string title, ProcessUse use, LoadPlan plan, Func<IReadOnlyList<PacketPool>> prepare) => (
        new(title, use, () => LoadGenerator.RunAsync(plan with { Concurrency = AtOnce }, prepare())),
        new(title, use, () => LoadGenerator.RunAsync(plan with { Concurrency = 1 }, prepare())));

    private static async Task<string> WriteAsync(List<(Turn Many, Turn One)> turns, int rounds, TimeSpan length)
    {
        using StringWriter page = new();
        await page.WriteLineAsync($"**A name that nobody asked for before**: through the four KMSs of Fig. 7, and through a validating unbound with one thread in front of three nsd, DNSSEC with P-256, keys as IPSECKEY; {rounds} rounds of {length.TotalSeconds:0.#} s, {AtOnce} at once and one at a time:\n");
        await page.WriteLineAsync("| servers | answers a second | processor time an answer | ratio | one at a time: p50 | p99 | p50, ratio |\n|---|---|---|---|---|---|---|");
        (Turn many, Turn one) = turns[0];
        foreach ((Turn turn, Turn alone) in turns)
        {
            await page.WriteLineAsync(
                $"| {turn.Title} | {Ratio.Text(turn.Rates, "#,0")} | {Ratio.Median(turn.ProcessorTimes):#,0} µs | {Ratio.Text(turn.ProcessorTimeTo(many))} | {alone.Milliseconds(0.5):0.00} ms | {alone.Milliseconds(0.99):0.00} ms | {alone.Milliseconds(0.5) / one.Milliseconds(0.5):0.0} |");
        }
        return page.ToString();
    }
}
