using System.Net;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>The way to other KMSs by DNS exchanges, on the schedule between servers.</summary>
/// <param name="exchange">Carries the packets.</param>
/// <param name="localAddress">The local address toward a destination, or null.</param>
/// <param name="unacknowledged">Hears the response code of what came back without an acknowledgement; or null.</param>
public sealed class DnsKmsTransport(DnsExchange exchange, Func<IPEndPoint, IPAddress?> localAddress, Action<IPEndPoint, DnsResponseCode>? unacknowledged = null) : IKmsTransport
{
    /// <inheritdoc/>
    public async Task<bool> SendAsync(IPEndPoint destination, MessageText request, MessageText? attestation, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        string name = ((Request)request.Message).Name.Value;
        DnsMessage query = attestation is null ? KmsPacket.Request(0, name, request.Text) : KmsPacket.Request(0, name, request.Text, attestation.Text);
        DnsExchangeResult result = await exchange.AskAsync(
            destination, query, ExchangeSchedule.BetweenServers, Accept, cancellation).ConfigureAwait(false);
        return result.Outcome == DnsExchangeOutcome.Answered;

        bool Accept(DnsMessage response)
        {
            if (Acknowledges(response, request.Digest)) return true;
            unacknowledged?.Invoke(destination, response.ResponseCode);
            return false;
        }
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
