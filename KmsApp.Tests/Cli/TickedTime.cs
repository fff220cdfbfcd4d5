namespace KmsApp.Tests.Cli;

/// <summary>The time of another, in which what comes at intervals comes when the test says so.</summary>
internal sealed class TickedTime(TimeProvider time) : TimeProvider
{
    private readonly List<TickedTimer> _timers = [];

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period == Timeout.InfiniteTimeSpan) return time.CreateTimer(callback, state, dueTime, period);
        TickedTimer timer = new(() => callback(state));
        lock (_timers) _timers.Add(timer);
        return timer;
    }

    /// <summary>An interval is over.</summary>
    internal void Tick()
    {
        lock (_timers) _timers.ForEach(timer => timer.Tick());
    }

    private sealed class TickedTimer(Action tick) : ITimer
    {
        private volatile bool _isDisposed;

        internal void Tick()
        {
            if (!_isDisposed) tick();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => !_isDisposed;

        public void Dispose() => _isDisposed = true;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
