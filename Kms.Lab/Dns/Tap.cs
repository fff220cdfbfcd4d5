namespace Kms.Lab;

/// <summary>Every packet that the servers of a hierarchy have received, in order, each with its response.</summary>
internal sealed class Tap
{
    private readonly Lock _gate = new();
    private readonly List<TapPacket> _packets = [];

    /// <summary>How many there are: with <see cref="Since"/>, where to begin reading.</summary>
    public int Mark
    {
        get { lock (_gate) return _packets.Count; }
    }

    /// <summary>Whether packets are kept at all: under load their number would have no bound.</summary>
    public bool IsOn { get; init; } = true;

    public void Add(TapPacket packet)
    {
        lock (_gate) _packets.Add(packet);
    }

    /// <summary>The packets that came after a mark.</summary>
    public IReadOnlyList<TapPacket> Since(int mark)
    {
        lock (_gate) return [.. _packets.Skip(mark)];
    }
}
