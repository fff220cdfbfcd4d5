namespace KmsApp.Tests.Simulation;

/// <summary>
/// The clock of one machine: the virtual time, and an offset that drifts and can be set. Only the time of day is wrong; time
/// stamps and timers go with the virtual time, as the monotonic clock of a machine does.
/// </summary>
internal sealed class SimulatedClock(VirtualTime time, TimeSpan offset, double drift) : TimeProvider
{
    private TimeSpan _offset = offset;
    private double _drift = drift;

    /// <summary>Whether it was ever set by more than drift: it then may show the same time twice.</summary>
    public bool WasSet { get; private set; }

    public override long TimestampFrequency => time.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + _offset + (time.Elapsed * _drift);

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);

    /// <summary>Sets the clock so far from the true time.</summary>
    public void Set(TimeSpan offset)
    {
        WasSet = true;
        (_offset, _drift) = (offset, 0);
    }
}
