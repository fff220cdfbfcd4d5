namespace KmsApp.Tests;

/// <summary>The real time, whose timers fire a hundred times as early: for what waits for seconds that nothing comes, over real sockets.</summary>
internal sealed class HurriedTime : TimeProvider
{
    private const int Haste = 100;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Sooner(dueTime), Sooner(period));

    private static TimeSpan Sooner(TimeSpan time) => time > TimeSpan.Zero ? time / Haste : time;
}
