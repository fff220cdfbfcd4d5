using System.Net;
using System.Net.Sockets;

namespace Kms.Protocol;

/// <summary>
/// The wire made of sockets, for IPv4 and IPv6. Every conversation has a connected socket on a port that the system
/// chooses, so that packets from elsewhere are not even received.
/// </summary>
public sealed class SocketDnsWire : IDnsWire
{
    /// <inheritdoc/>
    public IDnsConversation OpenUdp(IPEndPoint server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return new Conversation(ConnectUdp(server));
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
            return await DnsStream.AskAsync(stream, packet, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A UDP socket that hears one server alone.</summary>
    /// <exception cref="SocketException">There is no way to the server.</exception>
    internal static Socket ConnectUdp(IPEndPoint server)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(server);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
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
