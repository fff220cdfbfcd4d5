namespace KmsApp.Tests;

/// <summary>The real time of day, and waits of a part of their length: for what waits over real sockets until nothing has come.</summary>
/// <param name="times">How many times as fast the waits are over.</param>
internal sealed class ImpatientTime(int times = 5) : TimeProvider
{
    public override long GetTimestamp() => base.GetTimestamp() * times;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / times : dueTime, period);
}
