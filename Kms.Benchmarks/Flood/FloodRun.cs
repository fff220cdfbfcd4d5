
namespace Kms.Benchmarks;

/// <summary>One flood, with ordinary queries and honest hosts beside it.</summary>
/// <param name="Target">What is flooded.</param>
/// <param name="Honest">The hosts that ask honestly.</param>
/// <param name="Rate">Packets of the flood a second.</param>
/// <param name="Length">For how long.</param>
internal sealed record FloodRun(ITarget Target, HonestHosts Honest, int Rate, TimeSpan Length)
{
    private const int OrdinaryAtOnce = 32;

    /// <summary>Runs a flood.</summary>
    /// <param name="session">Who makes its packets.</param>
    /// <param name="kind">Of what kind they are; null: no flood at all.</param>
    /// <param name="addresses">From how many addresses.</param>
    public async Task<FloodResult> RunAsync(LoadSession session, PacketKind? kind, int addresses)
    {
        Mix ordinary = Mix.Of(PacketKind.Txt);
        using CancellationTokenSource over = new();
        Task<(int Asked, int Answered, TimeSpan Longest)> honest = Honest.AskAsync(Length);
        Task<long> memory = GreatestAsync(over.Token);
        Task<LoadResult> flood = kind is { } of
            ? LoadGenerator.RunAsync(session.Plan(Mix.Of(of), Length) with { Rate = Rate, Addresses = addresses, Patience = TimeSpan.FromMilliseconds(500) }, session.Prepare(Mix.Of(of), 0))
            : Task.FromResult(new LoadResult());
        LoadResult queries = await LoadGenerator.RunAsync(session.Plan(ordinary, Length) with { Concurrency = OrdinaryAtOnce, Patience = TimeSpan.FromMilliseconds(500) }, session.Prepare(ordinary, 0));
        LoadResult sent = await flood;
        (int asked, int answered, TimeSpan longest) = await honest;
        await over.CancelAsync();
        double rate = kind is { } flooded ? sent.SentOf(flooded) / sent.Elapsed.TotalSeconds : 0;
        return new FloodResult(queries.Rate, queries.Latency.Quantile(0.99), rate, asked, answered, longest, await memory);
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
