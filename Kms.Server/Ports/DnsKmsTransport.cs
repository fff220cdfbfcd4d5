using System.Net;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>The way to other KMSs by DNS exchanges, on the schedule between servers.</summary>
/// <param name="exchange">Carries the packets.</param>
/// <param name="localAddress">The local address toward a destination, or null.</param>
public sealed class DnsKmsTransport(DnsExchange exchange, Func<IPEndPoint, IPAddress?> localAddress) : IKmsTransport
{
    /// <inheritdoc/>
    public async Task<bool> SendAsync(IPEndPoint destination, MessageText request, MessageText? attestation, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        string name = ((Request)request.Message).Name.Value;
        DnsMessage query = attestation is null ? KmsPacket.Request(0, name, request.Text) : KmsPacket.Request(0, name, request.Text, attestation.Text);
        DnsExchangeResult result = await exchange.AskAsync(
            destination, query, ExchangeSchedule.BetweenServers, response => Acknowledges(response, request.Digest), cancellation).ConfigureAwait(false);
        return result.Outcome == DnsExchangeOutcome.Answered;
    }

    /// <inheritdoc/>
    public IPAddress? LocalAddressToward(IPEndPoint destination) => localAddress(destination);

    /// <summary>A plain empty NOERROR comes from any DNS server: only an <c>ack</c> of this very request acknowledges.</summary>
    private static bool Acknowledges(DnsMessage response, Digest request)
    {
        foreach (ReadOnlyMemory<byte> text in KmsPacket.Texts(response.Answers))
        {
            if (MessageText.TryParse(text, out MessageText? message, out _) && message.Message is Acknowledgement { Of: var of } && of == request) return true;
        }
        return false;
    }
}
