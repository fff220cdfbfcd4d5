using System.Diagnostics;

namespace Kms.Benchmarks;

/// <summary>One flood, with ordinary queries and honest hosts beside it.</summary>
/// <param name="Target">What is flooded.</param>
/// <param name="Honest">The hosts that ask honestly.</param>
/// <param name="Rate">Packets of the flood a second.</param>
/// <param name="Length">For how long.</param>
internal sealed record FloodRun(ITarget Target, HonestHosts Honest, int Rate, TimeSpan Length)
{
    /// <summary>How many ordinary queries wait for their answers at a time.</summary>
    public int OrdinaryAtOnce { get; init; } = 32;

    /// <summary>What is lost in a flood is asked again soon, so that the rate shows what the server does and not how long somebody waits.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs a flood.</summary>
    /// <param name="session">Who makes its packets.</param>
    /// <param name="kind">Of what kind they are; null: no flood at all.</param>
    /// <param name="addresses">From how many addresses.</param>
    public Task<FloodResult> RunAsync(LoadSession session, PacketKind? kind, int addresses) => RunAsync(session, async () =>
    {
        if (kind is not { } of) return 0;
        LoadResult sent = await LoadGenerator.RunAsync(session.Plan(Mix.Of(of), Length) with { Rate = Rate, Addresses = addresses, Patience = Patience }, session.Prepare(Mix.Of(of), 0));
        return sent.SentOf(of) / sent.Elapsed.TotalSeconds;
    });

    /// <summary>Runs anything for as long as a flood takes.</summary>
    /// <param name="session">The target.</param>
    /// <param name="flood">Runs it, and returns how much of it came a second.</param>
    public async Task<FloodResult> RunAsync(LoadSession session, Func<Task<double>> flood)
    {
        Mix ordinary = Mix.Of(PacketKind.Txt);
        TimeSpan before = Target.Use.ProcessorTime;
        long start = Stopwatch.GetTimestamp();
        using CancellationTokenSource over = new();
        Task<(int Asked, int Answered, TimeSpan Longest)> honest = Honest.AskAsync(Length);
        Task<(long Bytes, int Descriptors)> greatest = GreatestAsync(over.Token);
        Task<double> flooding = flood();
        LoadResult queries = await LoadGenerator.RunAsync(session.Plan(ordinary, Length) with { Concurrency = OrdinaryAtOnce, Patience = Patience }, session.Prepare(ordinary, 0));
        double processors = (Target.Use.ProcessorTime - before) / Stopwatch.GetElapsedTime(start);
        double rate = await flooding;
        (int asked, int answered, TimeSpan longest) = await honest;
        await over.CancelAsync();
        (long bytes, int descriptors) = await greatest;
        return new FloodResult(queries.Rate, queries.Latency.Quantile(0.99), rate, processors, asked, answered, longest, bytes, descriptors);
    }

    private async Task<(long Bytes, int Descriptors)> GreatestAsync(CancellationToken over)
    {
        (long bytes, int descriptors) = (0, 0);
        while (!over.IsCancellationRequested)
        {
            ProcessUse use = Target.Use;
            (bytes, descriptors) = (Math.Max(bytes, use.Bytes), Math.Max(descriptors, use.Descriptors));
            await Task.Delay(TimeSpan.FromMilliseconds(250), over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return (bytes, descriptors);
    }
}
