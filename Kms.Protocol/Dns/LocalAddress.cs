using System.Net;
using System.Net.Sockets;

namespace Kms.Protocol;

/// <summary>Finds out which of this machine's addresses another one sees.</summary>
public static class LocalAddress
{
    /// <summary>The local address that the system would send from. Nothing is sent.</summary>
    /// <param name="server">The other machine.</param>
    /// <returns>The address.</returns>
    /// <exception cref="SocketException">There is no way to that machine.</exception>
    public static IPAddress Toward(IPEndPoint server)
    {
        ArgumentNullException.ThrowIfNull(server);
        // Connecting a UDP socket chooses a route, and with it the address, without a packet.
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(server);
        return ((IPEndPoint)socket.LocalEndPoint!).Address;
    }
}
