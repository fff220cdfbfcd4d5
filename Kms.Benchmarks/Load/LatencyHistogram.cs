using System.Numerics;

namespace Kms.Benchmarks;

/// <summary>
/// Counts durations in buckets whose width grows with them: each is known to 1/32 of itself, whatever its size, and recording one
/// allocates nothing. For one thread.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int Precision = 5;
    private const int Within = 1 << Precision;

    private readonly long[] _counts = new long[(64 - Precision) * Within * 2];

    /// <summary>How many were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>Records a duration in nanoseconds; a negative one counts as 0.</summary>
    public void Record(long nanoseconds)
    {
        _counts[BucketOf((ulong)Math.Max(nanoseconds, 0))]++;
        Count++;
    }

    /// <summary>Takes in what another one has recorded.</summary>
    public void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        Count += other.Count;
    }

    /// <summary>The duration that a part of all do not pass; zero where there is none.</summary>
    /// <param name="part">From 0 to 1: 0.5 is the median.</param>
    public TimeSpan Quantile(double part)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(part * Count)), seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank) return TimeSpan.FromMicroseconds(MiddleOf(i) / 1000);
        }
        return TimeSpan.Zero;
    }

    private static int BucketOf(ulong value)
    {
        int shift = Math.Max(0, BitOperations.Log2(value | 1) - Precision);
        return (shift << Precision) + (int)(value >> shift);
    }

    private static double MiddleOf(int bucket)
    {
        int shift = Math.Max(0, (bucket >> Precision) - 1);
        ulong first = (ulong)(bucket - (shift << Precision)) << shift;
        return first + (((1UL << shift) - 1) / 2.0);
    }
}
