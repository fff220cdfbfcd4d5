using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Kms.Protocol;

/// <summary>A UDP socket connected to one server, which gives each response to those who wait for its ID.</summary>
internal sealed class SharedUdpSocket : IDisposable
{
    private readonly Socket _socket;
    private readonly Lock _lock = new();

    // Two who drew the same ID both hear it, and each tells by the question what is meant for it.
    private readonly Dictionary<ushort, List<Mailbox>> _waiting = [];

    /// <summary>Opens it, and listens.</summary>
    /// <exception cref="SocketException">There is no way to the server.</exception>
    public SharedUdpSocket(IPEndPoint server, TimeProvider time, CancellationToken ending)
    {
        _socket = SocketDnsWire.ConnectUdp(server);
        _ = ListenAsync(time, ending);
    }

    /// <summary>The ID of a packet; of one too short for it, 0.</summary>
    public static ushort IdOf(ReadOnlySpan<byte> packet) => packet.Length < sizeof(ushort) ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(packet);

    /// <summary>Gives responses with an ID to somebody, until they are removed.</summary>
    public void Add(ushort id, Mailbox mailbox)
    {
        lock (_lock)
        {
            if (_waiting.TryGetValue(id, out List<Mailbox>? same)) same.Add(mailbox);
            else _waiting.Add(id, [mailbox]);
        }
    }

    /// <summary>Gives them no more.</summary>
    public void Remove(ushort id, Mailbox mailbox)
    {
        lock (_lock)
        {
            if (_waiting.TryGetValue(id, out List<Mailbox>? same) && same.Remove(mailbox) && same.Count == 0) _waiting.Remove(id);
        }
    }

    /// <summary>Sends a packet.</summary>
    /// <exception cref="SocketException">It cannot be sent, or this is closed.</exception>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
    {
        try
        {
            await _socket.SendAsync(packet, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            throw new SocketException((int)SocketError.Shutdown);
        }
    }

    /// <summary>Closes it.</summary>
    public void Dispose() => _socket.Dispose();

    private async Task ListenAsync(TimeProvider time, CancellationToken ending)
    {
        byte[] buffer = new byte[DnsAttempt.MaximumUdpLength];
        while (true)
        {
            try
            {
                int length = await _socket.ReceiveAsync(buffer, SocketFlags.None).ConfigureAwait(false);
                Post(buffer.AsSpan(0, length));
            }
            catch (Exception trouble) when (trouble is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted or SocketError.Interrupted })
            {
                return;
            }
            catch (SocketException)
            {
                // Nobody listens there, or the packet was too long: a socket that always fails must cost nothing.
                await Task.Delay(DnsAttempt.RestAfterFault, time, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Post(ReadOnlySpan<byte> packet)
    {
        Mailbox[] receivers;
        lock (_lock)
        {
            if (!_waiting.TryGetValue(IdOf(packet), out List<Mailbox>? same)) return;
            receivers = [.. same];
        }
        byte[] copy = packet.ToArray();
        foreach (Mailbox receiver in receivers) receiver.Post(copy);
    }
}
