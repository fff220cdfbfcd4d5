namespace KmsApp.Tests;

/// <summary>A clock that somebody sets: forward or back, against the time that passes. Timers and time stamps take no notice.</summary>
internal sealed class ShiftedClock(TimeProvider time) : TimeProvider
{
    /// <summary>By how much it is ahead.</summary>
    public TimeSpan Shift { get; set; }

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Shift;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(callback, state, dueTime, period);
}
