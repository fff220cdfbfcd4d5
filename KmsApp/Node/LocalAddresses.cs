using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Kms.Protocol;

namespace KmsApp;

/// <summary>The addresses of this machine that neighbours see. Asking the system costs a socket, so what it says serves for a while.</summary>
internal sealed class LocalAddresses(TimeProvider time)
{
    /// <summary>How long: after a change of addresses, deliveries go astray for no longer.</summary>
    private static readonly TimeSpan Serves = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<IPEndPoint, (IPAddress Address, long Since)> _known = new();

    /// <summary>The local address toward a configured neighbour, of whom there are few; null where there is no way to it.</summary>
    public IPAddress? Toward(IPEndPoint neighbour)
    {
        if (_known.TryGetValue(neighbour, out (IPAddress Address, long Since) known) && time.GetElapsedTime(known.Since) < Serves) return known.Address;
        try
        {
            IPAddress address = LocalAddress.Toward(neighbour);
            _known[neighbour] = (address, time.GetTimestamp());
            return address;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
