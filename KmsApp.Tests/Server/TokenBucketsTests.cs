using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>Rates: burst, refill, capacity, and under threads.</summary>
[TestClass]
public sealed class TokenBucketsTests
{
    private readonly VirtualTime _time = new();

    [TestMethod]
    public void TryTake_AgainAndAgain_GivesTheBurstThenTheRate()
    {
        TokenBuckets<int> buckets = new(10, _time);
        Rate rate = new(2, 3);
        int Take(int key) => Enumerable.Range(0, 10).Count(_ => buckets.TryTake(key, rate));

        Assert.AreEqual(3, Take(1));
        Assert.AreEqual(3, Take(2), "each key has its own");
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.AreEqual(1, Take(1));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.AreEqual(3, Take(1), "never more than the burst");
    }

    [TestMethod]
    public void TryTake_BeyondTheCapacity_SharesOne_UntilTheIdleAreForgotten()
    {
        TokenBuckets<int> buckets = new(2, _time);
        Rate rate = new(1, 2);
        Assert.IsTrue(buckets.TryTake(1, rate) && buckets.TryTake(2, rate));
        Assert.AreEqual(2, Enumerable.Range(100, 50).Count(key => buckets.TryTake(key, rate)), "all the others together");
        Assert.IsTrue(buckets.TryTake(1, rate), "those at hand keep their own");
        Assert.AreEqual(2, buckets.Count);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.IsTrue(buckets.TryTake(3, rate) && buckets.TryTake(3, rate));
        Assert.AreEqual(1, buckets.Count);
    }

    [TestMethod]
    public void TryTake_UnderThreads_GivesExactlyTheBurst()
    {
        TokenBuckets<int> buckets = new(4, _time);
        int taken = 0;
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 2_000; i++)
            {
                if (buckets.TryTake(i % 4, new Rate(1, 500))) Interlocked.Increment(ref taken);
            }
        });
        Assert.AreEqual(4 * 500, taken);
    }
}
