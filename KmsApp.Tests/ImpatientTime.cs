namespace KmsApp.Tests;

/// <summary>A time of day, and waits of a part of their length: for what waits over real sockets until nothing has come.</summary>
/// <param name="times">How many times as fast the waits are over.</param>
/// <param name="day">The time of day; null: the real one.</param>
internal sealed class ImpatientTime(int times = 5, TimeProvider? day = null) : TimeProvider
{
    private readonly TimeProvider _day = day ?? System;

    public override DateTimeOffset GetUtcNow() => _day.GetUtcNow();

    public override long GetTimestamp() => base.GetTimestamp() * times;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / times : dueTime, period);
}
