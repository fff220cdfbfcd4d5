namespace KmsApp.Tests;

/// <summary>A time of day, and waits of a part of their real length: for what waits over real sockets until nothing has come.</summary>
/// <param name="times">How many times as fast the waits are over.</param>
/// <param name="clock">Who has the time of day; null: the machine.</param>
internal sealed class ImpatientTime(int times = 5, TimeProvider? clock = null) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => clock is null ? base.GetUtcNow() : clock.GetUtcNow();

    public override long GetTimestamp() => base.GetTimestamp() * times;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / times : dueTime, period);
}
