namespace KmsApp.Tests;

[TestClass]
public sealed class VirtualTimeTests
{
    private readonly VirtualTime _time = new();
    private readonly List<string> _fired = [];

    [TestMethod]
    public void Advance_SeveralTimers_FireInDueOrderAtTheirTimes()
    {
        Arm("c", 30);
        Arm("a", 10);
        Arm("b", 20);
        _time.Advance(Milliseconds(29));
        CollectionAssert.AreEqual(new[] { "a@10", "b@20" }, _fired);
        Assert.AreEqual(Milliseconds(1), _time.UntilNextTimer);
        _time.Advance(Milliseconds(1));
        CollectionAssert.AreEqual(new[] { "a@10", "b@20", "c@30" }, _fired);
        Assert.AreEqual(0, _time.ArmedTimers);
    }

    [TestMethod]
    public void Advance_TimersDueTogether_FireAsTheyWereArmed()
    {
        using ITimer first = Arm("first", 10);
        Arm("second", 10);
        first.Change(Milliseconds(10), Timeout.InfiniteTimeSpan);
        _time.Advance(Milliseconds(10));
        CollectionAssert.AreEqual(new[] { "second@10", "first@10" }, _fired);
    }

    [TestMethod]
    public void Advance_TimerArmedByACallback_FiresInTheSameStep()
    {
        using ITimer outer = _time.CreateTimer(_ => Arm("inner", 5), null, Milliseconds(10), Timeout.InfiniteTimeSpan);
        Arm("other", 12);
        _time.Advance(Milliseconds(15));
        CollectionAssert.AreEqual(new[] { "other@12", "inner@15" }, _fired);
    }

    [TestMethod]
    public void Advance_PeriodicTimer_FiresOnceAPeriodUntilDisposed()
    {
        ITimer timer = _time.CreateTimer(_ => Note("tick"), null, Milliseconds(10), Milliseconds(20));
        _time.Advance(Milliseconds(55));
        timer.Dispose();
        _time.Advance(Milliseconds(55));
        CollectionAssert.AreEqual(new[] { "tick@10", "tick@30", "tick@50" }, _fired);
        Assert.IsFalse(timer.Change(TimeSpan.Zero, TimeSpan.Zero));
        Assert.AreEqual(0, _time.ArmedTimers);
    }

    [TestMethod]
    public void Advance_TimerDueAtOnce_WaitsForTheNextStep()
    {
        Arm("now", 0);
        Assert.IsEmpty(_fired);
        _time.Advance(TimeSpan.Zero);
        CollectionAssert.AreEqual(new[] { "now@0" }, _fired);
    }

    [TestMethod]
    public void Advance_FromACallback_Throws()
    {
        Exception? caught = null;
        using ITimer timer = _time.CreateTimer(
            _ => caught = Assert.ThrowsExactly<InvalidOperationException>(() => _time.Advance(TimeSpan.Zero)),
            null, Milliseconds(1), Timeout.InfiniteTimeSpan);
        _time.Advance(Milliseconds(1));
        Assert.IsNotNull(caught);
    }

    [TestMethod]
    public void Advance_Backward_Throws() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _time.Advance(Milliseconds(-1)));

    [TestMethod]
    public void Delay_OfTheTaskLibrary_GoesOnInline()
    {
        Task waiting = WaitAsync();
        _time.Advance(Milliseconds(99));
        Assert.IsFalse(waiting.IsCompleted);
        _time.Advance(Milliseconds(1));
        Assert.IsTrue(waiting.IsCompletedSuccessfully);
        CollectionAssert.AreEqual(new[] { "waited@100" }, _fired);

        async Task WaitAsync()
        {
            await Task.Delay(Milliseconds(100), _time).ConfigureAwait(false);
            Note("waited");
        }
    }

    [TestMethod]
    public void CancellationTokenSource_WithADelay_CancelsThenAndLeavesNoTimer()
    {
        using var early = new CancellationTokenSource(Milliseconds(10), _time);
        var late = new CancellationTokenSource(Milliseconds(20), _time);
        late.Dispose();
        Assert.AreEqual(1, _time.ArmedTimers);
        Assert.IsTrue(_time.AdvanceToNextTimer());
        Assert.IsTrue(early.IsCancellationRequested);
        Assert.IsFalse(_time.AdvanceToNextTimer());
        Assert.AreEqual(Milliseconds(10), _time.Elapsed);
    }

    [TestMethod]
    public void Clock_Advanced_MovesUtcAndTimestampAlike()
    {
        DateTimeOffset utc = _time.GetUtcNow();
        long timestamp = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(7));
        Assert.AreEqual(TimeSpan.FromSeconds(7), _time.GetUtcNow() - utc);
        Assert.AreEqual(TimeSpan.FromSeconds(7), _time.GetElapsedTime(timestamp));
        Assert.AreEqual(1_790_000_007, _time.GetUtcNow().ToUnixTimeSeconds());
    }

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);

    private ITimer Arm(string name, int milliseconds) =>
        _time.CreateTimer(_ => Note(name), null, Milliseconds(milliseconds), Timeout.InfiniteTimeSpan);

    private void Note(string name) => _fired.Add($"{name}@{_time.Elapsed.TotalMilliseconds}");
}
