namespace Kms.Benchmarks;

/// <summary>What a load has shown.</summary>
internal sealed class LoadResult
{
    private readonly long[] _sent = new long[PacketKinds.Count];
    private readonly long[] _outcomes = new long[PacketKinds.Count * PacketKinds.Outcomes];

    /// <summary>How long packets were sent.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>Whether it ended because no packet was left of a kind.</summary>
    public bool RanOut { get; set; }

    /// <summary>How many answers were checked completely.</summary>
    public int Checked { get; set; }

    /// <summary>What was wrong with those.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>How long answers took, for those that came as they should.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Answers a second, as they should be.</summary>
    public double Rate => PerSecond(Enum.GetValues<PacketKind>().Sum(kind => Of(kind, Outcome.Answered)));

    /// <summary>Answers a second for one kind.</summary>
    public double RateOf(PacketKind kind) => PerSecond(Of(kind, Outcome.Answered));

    public long SentOf(PacketKind kind) => _sent[(int)kind];

    public long Of(PacketKind kind, Outcome outcome) => _outcomes[((int)kind * PacketKinds.Outcomes) + (int)outcome];

    public void AddSent(PacketKind kind) => _sent[(int)kind]++;

    public void Add(PacketKind kind, Outcome outcome) => _outcomes[((int)kind * PacketKinds.Outcomes) + (int)outcome]++;

    /// <summary>Counts as silence what was sent and not heard of again.</summary>
    public void CountSilence()
    {
        foreach (PacketKind kind in Enum.GetValues<PacketKind>())
        {
            long heard = Enum.GetValues<Outcome>().Where(outcome => outcome != Outcome.Silence).Sum(outcome => Of(kind, outcome));
            _outcomes[((int)kind * PacketKinds.Outcomes) + (int)Outcome.Silence] = SentOf(kind) - heard;
        }
    }

    /// <summary>Takes in what another part of the same load has shown.</summary>
    public void Add(LoadResult other)
    {
        for (int i = 0; i < _sent.Length; i++) _sent[i] += other._sent[i];
        for (int i = 0; i < _outcomes.Length; i++) _outcomes[i] += other._outcomes[i];
        if (other.Elapsed > Elapsed) Elapsed = other.Elapsed;
        RanOut |= other.RanOut;
        Checked += other.Checked;
        Faults.AddRange(other.Faults);
        Latency.Add(other.Latency);
    }

    private double PerSecond(long count) => Elapsed > TimeSpan.Zero ? count / Elapsed.TotalSeconds : 0;
}
