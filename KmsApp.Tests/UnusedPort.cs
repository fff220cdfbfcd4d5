using System.Net;
using System.Net.Sockets;

namespace KmsApp.Tests;

/// <summary>
/// Ports of 127.0.0.1 for what is started later, or never, over UDP and TCP. They are below those that the system gives to whoever asks for
/// any port, so that nobody has got one meanwhile, and each is given once.
/// </summary>
internal static class UnusedPort
{
    private const string LinuxRange = "/proc/sys/net/ipv4/ip_local_port_range";
    private const int UsualEnd = 32_000; // below every system's usual range
    private const int Count = 10_000;

    private static readonly int End = File.Exists(LinuxRange) && int.Parse(File.ReadAllText(LinuxRange).Split('\t')[0]) is > Count + 1_024 and int first ? first : UsualEnd;
    private static int _next = Random.Shared.Next(Count); // other test processes have other ones

    /// <summary>A port that nobody has, and that is given to nobody else.</summary>
    internal static IPEndPoint Take()
    {
        for (int attempt = 0; attempt < Count; attempt++)
        {
            IPEndPoint endpoint = new(IPAddress.Loopback, End - Count + (Interlocked.Increment(ref _next) % Count));
            if (IsFree(endpoint)) return endpoint;
        }
        throw new InvalidOperationException("No port is free.");
    }

    private static bool IsFree(IPEndPoint endpoint)
    {
        using Socket tcp = new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp), udp = new(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            tcp.Bind(endpoint);
            tcp.Listen(); // two sockets that do not listen may share a port
            udp.Bind(endpoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
