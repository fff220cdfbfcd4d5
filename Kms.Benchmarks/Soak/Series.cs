namespace Kms.Benchmarks;

/// <summary>What a measure was over the time of a soak.</summary>
internal sealed class Series
{
    private const int Beside = 2;

    private readonly List<(double Time, double Value)> _samples = [];

    /// <summary>Whether there is any.</summary>
    public bool IsEmpty => _samples.Count == 0;

    /// <summary>Adds a sample; times ascend.</summary>
    public void Add(TimeSpan time, double value) => _samples.Add((time.TotalSeconds, value));

    /// <summary>About what it was when so much of the time had passed, 0 to 1: the median of a few samples there.</summary>
    public double At(double part)
    {
        int middle = (int)Math.Round(part * (_samples.Count - 1));
        return Ratio.Median(_samples[Math.Max(0, middle - Beside)..Math.Min(_samples.Count, middle + Beside + 1)].Select(sample => sample.Value));
    }

    /// <summary>
    /// How much it grew in the second half, by the median of the slopes between all pairs of samples (Theil and Sen): what comes and
    /// goes, as garbage does, does not count.
    /// </summary>
    public double GrowthInSecondHalf()
    {
        List<(double Time, double Value)> half = _samples[(_samples.Count / 2)..];
        if (half.Count < 2) return 0;
        List<double> slopes = [];
        for (int i = 0; i < half.Count; i++)
        {
            for (int j = i + 1; j < half.Count; j++) slopes.Add((half[j].Value - half[i].Value) / (half[j].Time - half[i].Time));
        }
        return Ratio.Median(slopes) * (half[^1].Time - half[0].Time);
    }
}
