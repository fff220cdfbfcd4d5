namespace Kms.Protocol;

/// <summary>
/// A conversation with one server over UDP: see <see cref="IDnsWire"/>. One send and one receive may be under way at the
/// same time.
/// </summary>
public interface IDnsConversation : IDisposable
{
    /// <summary>Sends a packet.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <returns>A task that ends when the packet has left.</returns>
    ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken);

    /// <summary>Waits for the next packet.</summary>
    /// <param name="buffer">Where the packet is written; one that is longer is cut off or reported as network trouble.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <returns>The packet's length, in bytes; 0 or an exception where the wait was ended.</returns>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);
}
