using System.Net;

namespace Kms.Server;

/// <summary>An entry of <c>deliverTo</c>: where deliveries may go besides port 53 of public and configured addresses.</summary>
/// <param name="Network">The network.</param>
/// <param name="Port">The port.</param>
public readonly record struct DeliveryTarget(IPNetwork Network, int Port)
{
    /// <summary>Whether the entry covers an endpoint.</summary>
    public bool Covers(IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return endpoint.Port == Port && Network.Contains(endpoint.Address);
    }
}
