namespace KmsApp;

/// <summary>
/// Lets so many rows of one kind into the journal at once and one for each second; the others are counted, and the next
/// row that passes says how many they were. Thread-safe.
/// </summary>
internal sealed class FloodGate(TimeProvider time)
{
    /// <summary>Rows that may come at once, and again after as many seconds of quiet.</summary>
    public const int Burst = 60;

    private readonly Lock _lock = new();
    private double _left = Burst;
    private long _last = time.GetTimestamp();
    private long _unshown;

    /// <summary>Whether a row may pass.</summary>
    /// <param name="unshown">How many did not, since the last one that did.</param>
    public bool TryPass(out long unshown)
    {
        long now = time.GetTimestamp();
        lock (_lock)
        {
            _left = Math.Min(Burst, _left + time.GetElapsedTime(_last, now).TotalSeconds);
            _last = now;
            unshown = _unshown;
            if (_left < 1)
            {
                _unshown++;
                return false;
            }
            _left--;
            _unshown = 0;
            return true;
        }
    }
}
