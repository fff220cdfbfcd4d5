namespace Kms.Lab;

/// <summary>
/// The real time and a shift, which only grows: "after an hour" needs no waiting. Timers and time stamps are the real ones.
/// Safe for use from many threads at once.
/// </summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _shiftTicks;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _shiftTicks));

    /// <summary>Moves the clocks of everybody who has this one forward.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        Interlocked.Add(ref _shiftTicks, by.Ticks);
    }
}
