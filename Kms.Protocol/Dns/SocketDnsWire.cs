using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Kms.Protocol;

/// <summary>
/// The wire made of sockets, for IPv4 and IPv6. Every conversation has a connected socket on a port that the system
/// chooses, so that packets from elsewhere are not even received.
/// </summary>
public sealed class SocketDnsWire : IDnsWire
{
    private const int LengthPrefix = 2;

    /// <inheritdoc/>
    public IDnsConversation OpenUdp(IPEndPoint server)
    {
        ArgumentNullException.ThrowIfNull(server);
        var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(server);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return new Conversation(socket);
    }

    /// <inheritdoc/>
    public async Task<byte[]> AskTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(server);
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancellationToken).ConfigureAwait(false);
        var stream = new NetworkStream(socket, ownsSocket: false);
        await using (stream.ConfigureAwait(false))
        {
            // Length and message in one segment (RFC 7766, section 8).
            byte[] framed = new byte[LengthPrefix + packet.Length];
            BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)packet.Length);
            packet.CopyTo(framed.AsMemory(LengthPrefix));
            await stream.WriteAsync(framed, cancellationToken).ConfigureAwait(false);
            await stream.ReadExactlyAsync(framed.AsMemory(0, LengthPrefix), cancellationToken).ConfigureAwait(false);
            byte[] response = new byte[BinaryPrimitives.ReadUInt16BigEndian(framed)];
            await stream.ReadExactlyAsync(response, cancellationToken).ConfigureAwait(false);
            return response;
        }
    }

    private sealed class Conversation(Socket socket) : IDnsConversation
    {
        public async ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken) =>
            await socket.SendAsync(packet, SocketFlags.None, cancellationToken).ConfigureAwait(false);

        public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
            socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);

        public void Dispose() => socket.Dispose();
    }
}
