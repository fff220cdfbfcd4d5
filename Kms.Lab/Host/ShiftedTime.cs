namespace Kms.Lab;

/// <summary>
/// The real time and a shift, which only grows: "after an hour" needs no waiting. Timers and time stamps take no notice of it.
/// Safe for use from many threads at once.
/// </summary>
/// <param name="patience">
/// How many times as long as they say waits are: what is to run out only where something is lost then does not on a machine that
/// has other things to do.
/// </param>
internal sealed class ShiftedTime(int patience = 1) : TimeProvider
{
    private long _shiftTicks;

    /// <summary>How many times as long as they say waits are.</summary>
    public int Patience => patience;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _shiftTicks));

    /// <inheritdoc/>
    public override long GetTimestamp() => base.GetTimestamp() / patience;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime * patience : dueTime, period > TimeSpan.Zero ? period * patience : period);

    /// <summary>Moves the clocks of everybody who has this one forward.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Interlocked.Add(ref _shiftTicks, by.Ticks);
    }
}
