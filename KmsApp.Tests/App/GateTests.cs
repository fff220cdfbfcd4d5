namespace KmsApp.Tests;

/// <summary>What keeps a flood of packets from being a flood of lines or rows.</summary>
[TestClass]
public sealed class GateTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly VirtualTime _time = new();

    [TestMethod]
    public void RateGate_SameKind_PassesOnceInAPause()
    {
        RateGate gate = new(_time, Pause);

        Assert.IsTrue(gate.TryPass("a"));
        Assert.IsFalse(gate.TryPass("a"));
        _time.Advance(Pause - TimeSpan.FromTicks(1));
        Assert.IsFalse(gate.TryPass("a"));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.IsTrue(gate.TryPass("a", out long suppressed));
        Assert.AreEqual(2, suppressed);
        Assert.IsFalse(gate.TryPass("a"));
    }

    [TestMethod]
    public void RateGate_OtherKinds_PassUpToTheBound()
    {
        RateGate gate = new(_time, Pause);
        for (int i = 0; i < RateGate.MostKinds; i++) Assert.IsTrue(gate.TryPass($"{i}"));

        Assert.IsFalse(gate.TryPass("one more"));
        _time.Advance(Pause);
        Assert.IsTrue(gate.TryPass("0"), "A known kind goes on.");
    }

    [TestMethod]
    public async Task RateGate_ManyAtOnce_LetsOneThrough()
    {
        RateGate gate = new(_time, Pause);
        int passed = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                if (gate.TryPass("a")) Interlocked.Increment(ref passed);
            }
        })));

        Assert.AreEqual(1, passed);
    }

    [TestMethod]
    public void FloodGate_BurstUsedUp_PassesOneASecondAndCounts()
    {
        FloodGate gate = new(_time);
        for (int i = 0; i < FloodGate.Burst; i++) Assert.IsTrue(gate.TryPass(out _));

        Assert.IsFalse(gate.TryPass(out _));
        Assert.IsFalse(gate.TryPass(out _));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsTrue(gate.TryPass(out long unshown));
        Assert.AreEqual(2, unshown);
        Assert.IsFalse(gate.TryPass(out _));
    }

    [TestMethod]
    public void FloodGate_QuietForLong_HasItsBurstAgainAndNoMore()
    {
        FloodGate gate = new(_time);
        for (int i = 0; i < FloodGate.Burst; i++) gate.TryPass(out _);
        _time.Advance(TimeSpan.FromDays(1));

        for (int i = 0; i < FloodGate.Burst; i++) Assert.IsTrue(gate.TryPass(out long unshown) && unshown == 0);
        Assert.IsFalse(gate.TryPass(out _));
    }
}
