namespace KmsApp.Tests.Cli;

/// <summary>
/// The real time and a shift, which only grows. Waits that are longer than any exchange with a server are over at once, and move the clock; the
/// others are real.
/// </summary>
internal sealed class SkippingTime : TimeProvider
{
    private static readonly TimeSpan LongestRealWait = TimeSpan.FromSeconds(8);

    private long _shiftTicks;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _shiftTicks));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime <= LongestRealWait) return base.CreateTimer(callback, state, dueTime, period);
        Advance(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }

    internal void Advance(TimeSpan by) => Interlocked.Add(ref _shiftTicks, by.Ticks);
}
