using System.Net;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>The way to other KMSs (docs/PROTOCOL.md section 2): UDP with retries, then TCP.</summary>
public interface IKmsTransport
{
    /// <summary>Sends a request until it is acknowledged or given up; never throws for what the network does.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="request">The request.</param>
    /// <param name="attestation">What stands beside an attested delivery, or null.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Whether an <c>ack</c> with the request's digest came back.</returns>
    Task<bool> SendAsync(IPEndPoint destination, MessageText request, MessageText? attestation, CancellationToken cancellation);

    /// <summary>The local address from which packets go to a destination, or null where there is no way to it.</summary>
    IPAddress? LocalAddressToward(IPEndPoint destination);
}
