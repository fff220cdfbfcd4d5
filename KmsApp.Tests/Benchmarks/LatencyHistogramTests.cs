using Kms.Benchmarks;

namespace KmsApp.Tests;

[TestClass]
public sealed class LatencyHistogramTests
{
    private const double Precision = 1.0 / 32;

    [TestMethod]
    public void Quantile_EveryThousandth_IsWithinThePrecision()
    {
        LatencyHistogram histogram = new();
        for (int microseconds = 1; microseconds <= 1000; microseconds++) histogram.Record(microseconds * 1000L);
        Assert.AreEqual(1000, histogram.Count);
        foreach (int part in (int[])[10, 500, 990, 999])
            Assert.AreEqual(part, histogram.Quantile(part / 1000.0).TotalMicroseconds, part * Precision);
    }

    [TestMethod]
    [DataRow(0L)]
    [DataRow(1L)]
    [DataRow(63L)]
    [DataRow(64L)]
    [DataRow(1_000_003L)]
    [DataRow(long.MaxValue)]
    public void Quantile_OneValue_IsThatValue(long nanoseconds)
    {
        LatencyHistogram histogram = new();
        histogram.Record(nanoseconds);
        // A duration has no parts below 100 ns.
        Assert.AreEqual(nanoseconds / 1000.0, histogram.Quantile(0.5).TotalMicroseconds, Math.Max(0.1, nanoseconds / 1000.0 * Precision));
    }

    [TestMethod]
    public void Quantile_Nothing_IsZero() => Assert.AreEqual(TimeSpan.Zero, new LatencyHistogram().Quantile(0.99));

    [TestMethod]
    public void Record_Negative_CountsAsZero()
    {
        LatencyHistogram histogram = new();
        histogram.Record(-5);
        Assert.AreEqual(TimeSpan.Zero, histogram.Quantile(1));
        Assert.AreEqual(1, histogram.Count);
    }

    [TestMethod]
    public void Add_Another_IsAsIfRecordedInOne()
    {
        LatencyHistogram one = new(), other = new();
        for (int i = 0; i < 99; i++) one.Record(1000);
        other.Record(1_000_000);
        one.Add(other);
        Assert.AreEqual(1, one.Quantile(0.99).TotalMicroseconds, 0.1);
        Assert.AreEqual(1000, one.Quantile(1).TotalMicroseconds, 1000 * Precision);
    }
}
