using System.Diagnostics;

namespace Kms.Benchmarks;

/// <summary>One flood, with ordinary queries and honest hosts beside it.</summary>
/// <param name="Target">What is flooded.</param>
/// <param name="Honest">The hosts that ask honestly.</param>
/// <param name="Rate">Packets of the flood a second.</param>
/// <param name="Length">For how long.</param>
internal sealed record FloodRun(ITarget Target, HonestHosts Honest, int Rate, TimeSpan Length)
{
    private const int OrdinaryAtOnce = 32;

    /// <summary>What is lost in a flood is asked again soon, so that the rate shows what the server does and not how long somebody waits.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs a flood.</summary>
    /// <param name="session">Who makes its packets.</param>
    /// <param name="kind">Of what kind they are; null: no flood at all.</param>
    /// <param name="addresses">From how many addresses.</param>
    public async Task<FloodResult> RunAsync(LoadSession session, PacketKind? kind, int addresses)
    {
        Mix ordinary = Mix.Of(PacketKind.Txt);
        TimeSpan before = Target.Use.ProcessorTime;
        long start = Stopwatch.GetTimestamp();
        using CancellationTokenSource over = new();
        Task<(int Asked, int Answered, TimeSpan Longest)> honest = Honest.AskAsync(Length);
        Task<long> memory = GreatestAsync(over.Token);
        Task<LoadResult> flood = kind is { } of
            ? LoadGenerator.RunAsync(session.Plan(Mix.Of(of), Length) with { Rate = Rate, Addresses = addresses, Patience = Patience }, session.Prepare(Mix.Of(of), 0))
            : Task.FromResult(new LoadResult());
        LoadResult queries = await LoadGenerator.RunAsync(session.Plan(ordinary, Length) with { Concurrency = OrdinaryAtOnce, Patience = Patience }, session.Prepare(ordinary, 0));
        LoadResult sent = await flood;
        double processors = (Target.Use.ProcessorTime - before) / Stopwatch.GetElapsedTime(start);
        (int asked, int answered, TimeSpan longest) = await honest;
        await over.CancelAsync();
        double rate = kind is { } flooded ? sent.SentOf(flooded) / sent.Elapsed.TotalSeconds : 0;
        return new FloodResult(queries.Rate, queries.Latency.Quantile(0.99), rate, processors, asked, answered, longest, await memory);
    }

    private async Task<long> GreatestAsync(CancellationToken over)
    {
        long greatest = 0;
        while (!over.IsCancellationRequested)
        {
            greatest = Math.Max(greatest, Target.Use.Bytes);
            await Task.Delay(TimeSpan.FromMilliseconds(250), over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return greatest;
    }
}
