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
