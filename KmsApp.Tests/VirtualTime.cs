namespace KmsApp.Tests;

/// <summary>
/// A clock that stands still until a test moves it. <see cref="Advance"/> fires the timers that fall due, one after
/// the other on the calling thread: earlier ones first, and among equals the one that was armed first, each with the clock
/// standing at its due time. Timers that are armed meanwhile and fall due within the step fire in the same step.
/// What a timer's callback does inline is done when <see cref="Advance"/> returns (awaits of <c>Task.Delay</c> with this
/// provider and <c>ConfigureAwait(false)</c> go on inline when the time has come, but on the thread pool when they are cancelled);
/// what it hands to the thread pool is not waited for.
/// A timer due at once fires in the next step, which may be of no length. Safe for use by several threads, but only one may advance.
/// </summary>
internal sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly SortedSet<Timer> _armed = new(Comparer<Timer>.Create(
        (left, right) => (left.Due, left.Sequence).CompareTo((right.Due, right.Sequence))));
    private TimeSpan _elapsed;
    private long _sequence;
    private bool _advancing;

    /// <summary>Starts at 1790000000, the time in the examples of docs/PROTOCOL.md.</summary>
    internal VirtualTime()
        : this(DateTimeOffset.FromUnixTimeSeconds(1_790_000_000))
    {
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How far the clock has been moved.</summary>
    internal TimeSpan Elapsed
    {
        get { lock (_gate) return _elapsed; }
    }

    /// <summary>How many timers are armed; 0 when nothing waits, and so nothing has been left behind.</summary>
    internal int ArmedTimers
    {
        get { lock (_gate) return _armed.Count; }
    }

    /// <summary>How long from now the next timer falls due, or null when none is armed.</summary>
    internal TimeSpan? UntilNextTimer
    {
        get { lock (_gate) return _armed.Min is { } next ? Later(next.Due, _elapsed) - _elapsed : null; }
    }

    public override long GetTimestamp() => start.Ticks + Elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => start + Elapsed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock and fires what falls due.</summary>
    /// <param name="by">How far, 0 or more.</param>
    internal void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        TimeSpan end;
        lock (_gate)
        {
            if (_advancing) throw new InvalidOperationException("The clock is being moved already.");
            _advancing = true;
            end = _elapsed + by;
        }

        try
        {
            while (NextDue(end) is { } timer) timer.Fire();
        }
        finally
        {
            lock (_gate) _advancing = false;
        }
    }

    /// <summary>Moves the clock to the next timer and fires it, and all that are due at the same time.</summary>
    /// <returns>False when no timer is armed.</returns>
    internal bool AdvanceToNextTimer()
    {
        if (UntilNextTimer is not { } step) return false;
        Advance(step);
        return true;
    }

    /// <summary>Takes the next timer that is due by <paramref name="end"/> and sets the clock to it, else to the end.</summary>
    private Timer? NextDue(TimeSpan end)
    {
        lock (_gate)
        {
            if (_armed.Min is not { } next || next.Due > end)
            {
                _elapsed = end;
                return null;
            }

            _elapsed = Later(next.Due, _elapsed);
            _armed.Remove(next);
            if (next.Period > TimeSpan.Zero) Arm(next, _elapsed + next.Period);
            return next;
        }
    }

    private void Arm(Timer timer, TimeSpan due)
    {
        timer.Due = due;
        timer.Sequence = _sequence++;
        _armed.Add(timer);
    }

    private static TimeSpan Later(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private sealed class Timer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        internal TimeSpan Due { get; set; }

        internal long Sequence { get; set; }

        internal TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Timeout.InfiniteTimeSpan) ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
            if (period != Timeout.InfiniteTimeSpan) ArgumentOutOfRangeException.ThrowIfLessThan(period, TimeSpan.Zero);
            lock (time._gate)
            {
                if (_disposed) return false;
                time._armed.Remove(this);
                Period = period;
                if (dueTime != Timeout.InfiniteTimeSpan) time.Arm(this, time._elapsed + dueTime);
                return true;
            }
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                _disposed = true;
                time._armed.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        internal void Fire() => callback(state);
    }
}
