using Kms.Protocol;

namespace Kms.Server;

/// <summary>
/// The way to one other KMS, and how much it carries: so many requests wait for an acknowledgement at once, others for their
/// turn (docs/PROTOCOL.md section 7, "Not more than another KMS takes"; RFC 8085 section 3.1).
/// </summary>
internal sealed class Line(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Turn> _queue = new();
    private ITimer? _timer;
    private int _underWay;
    private double _window = Spec.FirstWindow;
    private double _slowFrom = Spec.GreatestWindow;
    private TimeSpan _quickest = TimeSpan.MaxValue;
    private long _quickestSeen;
    private long? _narrowed;
    private bool _isSilent;
    private long? _acknowledged;
    private long _lastBegun;

    /// <summary>Whether nobody uses it.</summary>
    public bool IsIdle
    {
        get { lock (_lock) return _underWay == 0 && _queue.Count == 0; }
    }

    /// <summary>Whether a request that comes now is not taken: it would wait in vain.</summary>
    public bool IsClosed
    {
        get { lock (_lock) return IsClosedAt(time.GetTimestamp()); }
    }

    /// <summary>Waits until a request may be sent.</summary>
    /// <param name="cancellation">Ends the wait at once.</param>
    /// <returns>The time stamp of its turn, to be given to <see cref="End"/>; null: it would wait in vain, or has waited long enough.</returns>
    public ValueTask<long?> BeginAsync(CancellationToken cancellation)
    {
        Turn turn;
        lock (_lock)
        {
            long now = time.GetTimestamp();
            if (IsClosedAt(now)) return new((long?)null);
            if (_isSilent || (_underWay < _window && _queue.Count == 0)) return new(Start(now));
            turn = new Turn(now);
            turn.Place = _queue.AddLast(turn);
            if (_queue.Count == 1) Arm(now);
        }
        return WaitAsync(turn, cancellation);
    }

    /// <summary>A request has been acknowledged or given up.</summary>
    /// <param name="begun">When it was begun.</param>
    /// <param name="isAcknowledged">Which of the two; null: it was ended before either.</param>
    public void End(long begun, bool? isAcknowledged)
    {
        lock (_lock)
        {
            _underWay--;
            long now = time.GetTimestamp();
            switch (isAcknowledged)
            {
                case true:
                    (_isSilent, _acknowledged) = (false, now);
                    Measure(begun, now);
                    break;
                case false:
                    Narrow(begun, now);
                    _isSilent |= _acknowledged is not { } last || last < begun;
                    break;
            }
            while (_queue.First is { } next && (_isSilent || _underWay < _window))
            {
                _queue.RemoveFirst();
                next.Value.SetResult(_isSilent ? null : Start(now));
            }
            if (_queue.Count == 0) Disarm();
        }
    }

    private async ValueTask<long?> WaitAsync(Turn turn, CancellationToken cancellation)
    {
        CancellationTokenRegistration registration = cancellation.UnsafeRegister(_ => GiveUp(turn), null);
        await using (registration.ConfigureAwait(false)) return await turn.Task.ConfigureAwait(false);
    }

    /// <summary>Enough wait for one that is silent; or who is next waits so long already that no more have a chance.</summary>
    private bool IsClosedAt(long now) => _isSilent
        ? _underWay >= Spec.LeastWindow && time.GetElapsedTime(_lastBegun, now) < Spec.SilentTriedEvery
        : _queue.First is { } first && time.GetElapsedTime(first.Value.Since, now) >= Spec.LongestTurn / 2;

    private long Start(long now)
    {
        _underWay++;
        return _lastBegun = now;
    }

    /// <summary>A quick acknowledgement opens the window while it is used up, a late one narrows it.</summary>
    private void Measure(long begun, long now)
    {
        TimeSpan took = time.GetElapsedTime(begun, now);
        if (took < _quickest || time.GetElapsedTime(_quickestSeen, now) >= Spec.QuickestCounts) (_quickest, _quickestSeen) = (took, now);
        if (took > _quickest + Spec.LateBy) Narrow(begun, now);
        else if (_underWay + 1 >= _window) _window = Math.Min(_window + (_window < _slowFrom ? 1 : 1 / _window), Spec.GreatestWindow);
    }

    /// <summary>Once for all that were under way together.</summary>
    private void Narrow(long begun, long now)
    {
        if (_narrowed is { } last && last > begun) return;
        _window = _slowFrom = Math.Max(_window / 2, Spec.LeastWindow);
        _narrowed = now;
    }

    private void GiveUp(Turn turn)
    {
        lock (_lock)
        {
            if (turn.Place!.List is null) return; // it has been called meanwhile
            _queue.Remove(turn.Place);
            if (_queue.Count == 0) Disarm();
            turn.SetResult(null);
        }
    }

    /// <summary>Who has waited long enough goes; the others in their order.</summary>
    private void Expire()
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            while (_queue.First is { } first && time.GetElapsedTime(first.Value.Since, now) >= Spec.LongestTurn)
            {
                _queue.RemoveFirst();
                first.Value.SetResult(null);
            }
            if (_queue.Count == 0) Disarm();
            else Arm(now);
        }
    }

    private void Arm(long now)
    {
        TimeSpan due = Spec.LongestTurn - time.GetElapsedTime(_queue.First!.Value.Since, now);
        _timer ??= time.CreateTimer(_ => Expire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void Disarm()
    {
        _timer?.Dispose();
        _timer = null;
    }

    /// <summary>Who waits goes on elsewhere, so that it may be told under the lock.</summary>
    private sealed class Turn(long since) : TaskCompletionSource<long?>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public long Since => since;

        public LinkedListNode<Turn>? Place { get; set; }
    }
}
