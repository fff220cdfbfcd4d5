using System.Runtime.InteropServices;

namespace Kms.Server;

/// <summary>
/// A rate for each key. A key that has been idle long enough to have its whole burst again is forgotten; when there are
/// more keys than <see cref="Capacity"/>, the rest share one bucket.
/// </summary>
internal sealed class TokenBuckets<TKey>(int capacity, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, Bucket> _buckets = [];
    private Bucket _shared;
    private long _nextSweep;
    private volatile int _capacity = capacity;

    /// <summary>Keys that have a bucket of their own. Where it becomes less, those that have one keep it while they are busy.</summary>
    public int Capacity
    {
        get => _capacity;
        set => _capacity = value;
    }

    public int Count
    {
        get { lock (_lock) return _buckets.Count; }
    }

    /// <summary>Takes one token.</summary>
    /// <returns>False where the key has used up its rate.</returns>
    public bool TryTake(TKey key, Rate rate)
    {
        long now = time.GetTimestamp();
        lock (_lock)
        {
            ref Bucket bucket = ref CollectionsMarshal.GetValueRefOrNullRef(_buckets, key);
            if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref bucket))
            {
                if (_buckets.Count >= _capacity) Sweep(now);
                if (_buckets.Count >= _capacity) return Take(ref _shared, rate, now);
                bucket = ref CollectionsMarshal.GetValueRefOrAddDefault(_buckets, key, out _);
            }
            return Take(ref bucket, rate, now);
        }
    }

    /// <summary>Gives one token back that was taken.</summary>
    public void GiveBack(TKey key)
    {
        lock (_lock)
        {
            ref Bucket bucket = ref CollectionsMarshal.GetValueRefOrNullRef(_buckets, key);
            if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref bucket)) bucket.Tokens += 1; // the burst bounds it when the next is taken
        }
    }

    private bool Take(ref Bucket bucket, Rate rate, long now)
    {
        if (bucket.Since == 0) bucket.Tokens = rate.Burst;
        else bucket.Tokens = Math.Min(rate.Burst, bucket.Tokens + (rate.PerSecond * time.GetElapsedTime(bucket.Since, now).TotalSeconds));
        bucket.Since = now == 0 ? 1 : now;
        bucket.FullAgainAfter = rate.PerSecond > 0 ? rate.Burst / (double)rate.PerSecond : double.MaxValue;
        if (bucket.Tokens < 1) return false;
        bucket.Tokens -= 1;
        return true;
    }

    /// <summary>Forgets the idle. At most once a second: a flood of new keys must not make every packet walk the table.</summary>
    private void Sweep(long now)
    {
        if (now < _nextSweep) return;
        _nextSweep = now + time.TimestampFrequency;
        foreach ((TKey key, Bucket bucket) in _buckets)
        {
            if (time.GetElapsedTime(bucket.Since, now).TotalSeconds > bucket.FullAgainAfter) _buckets.Remove(key);
        }
    }

    private struct Bucket
    {
        public double Tokens;
        public long Since;
        public double FullAgainAfter;
    }
}
