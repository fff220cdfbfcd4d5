using System.Collections.Concurrent;

namespace Kms.Lab;

/// <summary>What a server and its app have written down. Bounded: the oldest lines go.</summary>
internal sealed class ServerLog
{
    private const int MaximumLines = 1000;

    private readonly ConcurrentQueue<string> _lines = new();
    private int _faults;

    /// <summary>The lines, in order.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>How many exceptions came out of the app, were logged by it, or came of what it gave the server.</summary>
    public int Faults => Volatile.Read(ref _faults);

    public void Add(string line)
    {
        _lines.Enqueue(line);
        while (_lines.Count > MaximumLines) _lines.TryDequeue(out _);
    }

    public void AddFault(Exception fault)
    {
        Interlocked.Increment(ref _faults);
        Add(fault.ToString());
    }
}
