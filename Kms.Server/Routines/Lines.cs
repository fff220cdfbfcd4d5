using System.Net;

namespace Kms.Server;

/// <summary>The lines to all whom this KMS sends requests, by address.</summary>
internal sealed class Lines(TimeProvider time)
{
    /// <summary>So many are kept; beyond, those that nobody uses are forgotten.</summary>
    public const int Kept = 1_024;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPEndPoint, Line> _lines = [];
    private long _nextSweep;

    /// <summary>How many are kept.</summary>
    public int Count
    {
        get { lock (_lock) return _lines.Count; }
    }

    /// <summary>The line to a server.</summary>
    public Line To(IPEndPoint destination)
    {
        lock (_lock)
        {
            if (_lines.TryGetValue(destination, out Line? line)) return line;
            if (_lines.Count >= Kept) Sweep(time.GetTimestamp());
            return _lines[destination] = new Line(time);
        }
    }

    /// <summary>Forgets the idle. At most once a second: where all are busy, not every new one must look at all.</summary>
    private void Sweep(long now)
    {
        if (now < _nextSweep) return;
        _nextSweep = now + time.TimestampFrequency;
        foreach ((IPEndPoint destination, Line line) in _lines)
        {
            if (line.IsIdle) _lines.Remove(destination);
        }
    }
}
