using System.Collections.Concurrent;

namespace KmsApp;

/// <summary>Lets each kind of line through once in a while, so that a flood of packets is no flood of the log. Thread-safe.</summary>
internal sealed class RateGate(TimeProvider time, TimeSpan pause)
{
    /// <summary>Kinds that are told apart; beyond, none is let through.</summary>
    public const int MostKinds = 10_000;

    private readonly ConcurrentDictionary<string, Kind> _kinds = new();

    /// <summary>Whether a line of this kind may be written now.</summary>
    public bool TryPass(string kind) => TryPass(kind, out _);

    /// <summary>Whether a line of this kind may be written now.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="suppressed">How many were not written since the last one.</param>
    public bool TryPass(string kind, out long suppressed)
    {
        suppressed = 0;
        long now = time.GetTimestamp();
        if (!_kinds.TryGetValue(kind, out Kind? known))
        {
            if (_kinds.Count >= MostKinds) return false;
            if (_kinds.TryAdd(kind, new Kind(now))) return true;
            known = _kinds[kind];
        }
        lock (known)
        {
            if (time.GetElapsedTime(known.Last, now) < pause)
            {
                known.Suppressed++;
                return false;
            }
            suppressed = known.Suppressed;
            known.Suppressed = 0;
            known.Last = now;
            return true;
        }
    }

    private sealed class Kind(long last)
    {
        public long Last { get; set; } = last;

        public long Suppressed { get; set; }
    }
}
