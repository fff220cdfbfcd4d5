using System.Net;

namespace Kms.Server;

/// <summary>The lines to all whom this KMS sends requests, by address.</summary>
internal sealed class Lines(TimeProvider time)
{
    /// <summary>So many are kept; beyond, those that nobody uses are forgotten.</summary>
    private const int Kept = 1_024;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPEndPoint, Line> _lines = [];

    /// <summary>The line to a server.</summary>
    public Line To(IPEndPoint destination)
    {
        lock (_lock)
        {
            if (_lines.TryGetValue(destination, out Line? line)) return line;
            if (_lines.Count >= Kept)
            {
                foreach ((IPEndPoint idle, _) in _lines.Where(one => one.Value.IsIdle).ToArray()) _lines.Remove(idle);
            }
            return _lines[destination] = new Line(time);
        }
    }
}
