using System.Net;

namespace Kms.Protocol;

/// <summary>
/// How packets come to a DNS server and back. Trouble with the network is a <see cref="System.Net.Sockets.SocketException"/>
/// or an <see cref="IOException"/>; <see cref="DnsExchange"/> takes both as silence.
/// </summary>
public interface IDnsWire
{
    /// <summary>Opens a conversation over UDP from a port of its own, in which only the given server is heard.</summary>
    /// <param name="server">The server's address and port.</param>
    /// <returns>The conversation; dispose of it to close the port.</returns>
    IDnsConversation OpenUdp(IPEndPoint server);

    /// <summary>Sends one request over a TCP connection of its own and reads one response.</summary>
    /// <param name="server">The server's address and port.</param>
    /// <param name="packet">The request, without the two bytes of length.</param>
    /// <param name="cancellationToken">Ends the attempt at once.</param>
    /// <returns>The response, without the two bytes of length; not looked at. None, or an exception, where the attempt was ended.</returns>
    Task<byte[]> AskTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken);
}
