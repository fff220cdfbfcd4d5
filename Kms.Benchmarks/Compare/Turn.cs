namespace Kms.Benchmarks;

/// <summary>One load of a round, and what it has shown in each round.</summary>
/// <param name="Title">What it is, for people.</param>
/// <param name="Use">The processes that it keeps busy.</param>
/// <param name="Run">Sends the load; packets are made before.</param>
internal sealed record Turn(string Title, ProcessUse Use, Func<Task<LoadResult>> Run)
{
    private LatencyHistogram _latency = new();

    /// <summary>Answers a second, in each round.</summary>
    public List<double> Rates { get; } = [];

    /// <summary>Microseconds of processor time for an answer, in each round.</summary>
    public List<double> ProcessorTimes { get; } = [];

    /// <summary>What was missed: packets without the answer that they ask for.</summary>
    public long Missed { get; private set; }

    /// <summary>A latency over all rounds, in milliseconds.</summary>
    public double Milliseconds(double part) => _latency.Quantile(part).TotalMilliseconds;

    /// <summary>Takes the turn.</summary>
    /// <exception cref="InvalidOperationException">An answer was wrong.</exception>
    public async Task TakeAsync()
    {
        TimeSpan before = Use.ProcessorTime;
        LoadResult result = await Run();
        TimeSpan used = Use.ProcessorTime - before;
        if (result.Faults.Count > 0) throw new InvalidOperationException($"{Title}: {result.Faults[0]}");
        double answered = result.Rate * result.Elapsed.TotalSeconds;
        Rates.Add(result.Rate);
        ProcessorTimes.Add(used.TotalMicroseconds / Math.Max(1, answered));
        foreach (PacketKind kind in Enum.GetValues<PacketKind>()) Missed += result.SentOf(kind) - result.Of(kind, Outcome.Answered);
        _latency.Add(result.Latency);
    }

    /// <summary>Forgets what it has shown: that was to warm up.</summary>
    public void Forget()
    {
        Rates.Clear();
        ProcessorTimes.Clear();
        Missed = 0;
        _latency = new LatencyHistogram();
    }

    /// <summary>Takes turns round after round; nobody is always first.</summary>
    public static async Task TakeAllAsync(IReadOnlyList<Turn> turns, int rounds)
    {
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < turns.Count; i++) await turns[(round + i) % turns.Count].TakeAsync();
        }
    }

    /// <summary>The ratio of rates to another turn, round by round.</summary>
    public IReadOnlyList<double> RateTo(Turn other) => [.. Rates.Zip(other.Rates, (one, two) => one / two)];

    /// <summary>The ratio of processor times to another turn, round by round.</summary>
    public IReadOnlyList<double> ProcessorTimeTo(Turn other) => [.. ProcessorTimes.Zip(other.ProcessorTimes, (one, two) => one / two)];
}
