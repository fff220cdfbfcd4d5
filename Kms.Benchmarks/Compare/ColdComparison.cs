using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>Names that nobody asked for before: through the four KMSs of Fig. 7, and through a validating resolver with three name servers.</summary>
internal static class ColdComparison
{
    private const int Hosts = 1000;
    private const int InquiriesPerSecond = 3_000;
    private const int QueriesPerSecond = 12_000;
    private const int AtOnce = 32;

    /// <summary>For so long each server is asked before: until the platform has compiled what is used much for the second time.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    public static async Task<string> RunAsync(IReadOnlyList<string> targets, int rounds, TimeSpan length)
    {
        List<IAsyncDisposable> started = [];
        List<LoadSession> sessions = [];
        try
        {
            // Each load twice: many at once, and one at a time for the latency.
            int Names(int perSecond, TimeSpan warmUp) => (int)(perSecond * ((length.TotalSeconds * 2 * rounds) + warmUp.TotalSeconds)) + 1;
            DnssecServers dnssec = await DnssecServers.StartAsync(Names(QueriesPerSecond, length) + 1);
            started.Add(dnssec);
            List<(Turn Many, Turn One)> turns = [];
            Turn Of(string title, ProcessUse use, LoadPlan plan, Func<int, IReadOnlyList<PacketPool>> prepare, int perSecond) =>
                new(title, use, () => LoadGenerator.RunAsync(plan, prepare((int)(perSecond * plan.Length.TotalSeconds))));
            async Task AddAsync(string title, ProcessUse use, LoadPlan plan, Func<int, IReadOnlyList<PacketPool>> prepare, int perSecond, TimeSpan warmUp)
            {
                await Of(title, use, plan with { Concurrency = AtOnce, Length = warmUp }, prepare, perSecond).TakeAsync();
                turns.Add((Of(title, use, plan with { Concurrency = AtOnce }, prepare, perSecond), Of(title, use, plan with { Concurrency = 1 }, prepare, perSecond)));
            }

            await AddAsync("unbound and nsd, DNSSEC", dnssec.Use, DnssecServers.Plan(length), count => [dnssec.Cold(count)], QueriesPerSecond, length);
            foreach ((string name, SealKind seal) in targets.SelectMany(name => new[] { (name, SealKind.Signature), (name, SealKind.Mac) }))
            {
                ITarget target = await TargetStart.StartAsync(name, seal, TargetStart.NoLimits);
                started.Add(target);
                LoadSession session = await LoadSession.StartAsync(target.Asked, target.PublishAsync, seal, Hosts, 1, Names(InquiriesPerSecond, WarmUp));
                sessions.Add(session);
                Mix mix = Mix.Of(PacketKind.Cold);
                await AddAsync(
                    $"{target.Title}, {(seal == SealKind.Mac ? "MACs" : "signatures")}", target.Use, session.Plan(mix, length), count => session.Prepare(mix, count), InquiriesPerSecond, WarmUp);
            }
            Turn[] all = [.. turns.SelectMany(pair => new[] { pair.Many, pair.One })];
            await Turn.TakeAllAsync(all, rounds);
            return await WriteAsync(turns, rounds, length);
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
            foreach (IAsyncDisposable one in started) await one.DisposeAsync();
        }
    }

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
