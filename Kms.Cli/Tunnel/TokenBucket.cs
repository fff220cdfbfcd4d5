namespace Kms.Cli;

/// <summary>So many at once, and then one every interval. Safe for use from many threads at once.</summary>
/// <param name="capacity">How many at once, 1 or more.</param>
/// <param name="every">After how long one more is there.</param>
/// <param name="time">Tells the time.</param>
internal sealed class TokenBucket(int capacity, TimeSpan every, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly int _capacity = capacity;
    private int _tokens = capacity;
    private long _since = time.GetTimestamp();

    /// <summary>Takes one.</summary>
    /// <returns>False where none is left.</returns>
    public bool TryTake()
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            long grown = time.GetElapsedTime(_since, now).Ticks / every.Ticks;
            if (_tokens + grown >= _capacity) (_tokens, _since) = (_capacity, now);
            else if (grown > 0)
            {
                _tokens += (int)grown;
                _since += (long)(grown * every.TotalSeconds * time.TimestampFrequency);
            }
            if (_tokens == 0) return false;
            _tokens--;
            return true;
        }
    }
}
