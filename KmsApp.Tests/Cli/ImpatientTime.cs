namespace KmsApp.Tests.Cli;

/// <summary>The real time of day, and waits of a fifth of their length.</summary>
internal sealed class ImpatientTime : TimeProvider
{
    private const int Times = 5;

    public override long GetTimestamp() => base.GetTimestamp() * Times;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / Times : dueTime, period);
}
