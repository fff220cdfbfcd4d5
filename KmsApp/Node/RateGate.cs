using System.Collections.Concurrent;

namespace KmsApp;

/// <summary>Lets each kind of line through once in a while, so that a flood of packets is no flood of the log.</summary>
internal sealed class RateGate(TimeProvider time, TimeSpan pause)
{
    private const int MostKinds = 10_000;

    private readonly ConcurrentDictionary<string, long> _last = new();

    /// <summary>Whether a line of this kind may be written now.</summary>
    public bool TryPass(string kind)
    {
        long now = time.GetTimestamp();
        if (!_last.TryGetValue(kind, out long last)) return _last.Count < MostKinds && _last.TryAdd(kind, now);
        return time.GetElapsedTime(last, now) >= pause && _last.TryUpdate(kind, now, last);
    }
}
