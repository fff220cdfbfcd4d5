using System.Net;
using System.Net.Sockets;

namespace Kms.Lab;

/// <summary>A UDP and a listening TCP socket with one address and port.</summary>
internal sealed class BoundSockets : IDisposable
{
    /// <summary>The first address of a set; further ones follow, as long as the machine has them.</summary>
    private const byte FirstAddress = 11;

    private const int MaximumAttempts = 100;
    private const int UdpBufferBytes = 1 << 20;

    private BoundSockets(Socket udp, Socket tcp) => (Udp, Tcp) = (udp, tcp);

    public Socket Udp { get; }

    public Socket Tcp { get; }

    public IPEndPoint Endpoint => (IPEndPoint)Udp.LocalEndPoint!;

    /// <summary>
    /// Binds endpoints on loopback: addresses of their own (127.0.0.11 and on) with one port, or, where the machine has only
    /// 127.0.0.1, that address with ports of their own.
    /// </summary>
    /// <exception cref="SocketException">There is no loopback, or no port is free.</exception>
    public static BoundSockets[] BindSet(int count)
    {
        try
        {
            return Repeat(() => BindAll(count, (i, port) => new IPEndPoint(new IPAddress([127, 0, 0, (byte)(FirstAddress + i)]), port)));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            return Repeat(() => BindAll(count, (_, _) => new IPEndPoint(IPAddress.Loopback, 0)));
        }
    }

    public void Dispose()
    {
        Udp.Dispose();
        Tcp.Dispose();
    }

    private static BoundSockets[] Repeat(Func<BoundSockets[]> bind)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return bind();
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && attempt < MaximumAttempts)
            {
                // Somebody has that port for one of the sockets: the system offers another one.
            }
        }
    }

    private static BoundSockets[] BindAll(int count, Func<int, int, IPEndPoint> endpointOf)
    {
        List<BoundSockets> bound = [];
        try
        {
            int port = 0;
            for (int i = 0; i < count; i++)
            {
                bound.Add(Bind(endpointOf(i, port)));
                port = bound[i].Endpoint.Port;
            }
            return [.. bound];
        }
        catch
        {
            bound.ForEach(sockets => sockets.Dispose());
            throw;
        }
    }

    private static BoundSockets Bind(IPEndPoint endpoint)
    {
        Socket tcp = new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp), udp = new(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            tcp.Bind(endpoint);
            tcp.Listen(); // at once: two sockets that do not listen may share a port
            udp.ReceiveBufferSize = UdpBufferBytes;
            udp.Bind(tcp.LocalEndPoint!);
            return new BoundSockets(udp, tcp);
        }
        catch
        {
            tcp.Dispose();
            udp.Dispose();
            throw;
        }
    }
}
