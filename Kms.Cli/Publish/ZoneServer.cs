using System.Collections.Immutable;
using System.Net;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>The DNS server that has the zone of a host: its key records are read and changed there, signed both ways.</summary>
/// <param name="address">Where it is.</param>
/// <param name="key">The key that it shares with this host.</param>
/// <param name="environment">The network and the time.</param>
internal sealed class ZoneServer(IPEndPoint address, TsigKey key, CommandEnvironment environment)
{
    private static readonly ExchangeSchedule OverTcp = new([], TimeSpan.Zero, ExchangeSchedule.Host.GivenUp);

    public IPEndPoint Address { get; } = address;

    /// <summary>The zone that holds a name, by the SOA record that an authoritative answer about the name has.</summary>
    /// <exception cref="ZoneServerException">This server has no such zone, or does not answer.</exception>
    public async Task<string> FindZoneAsync(string owner, CancellationToken cancellationToken)
    {
        DnsMessage response = await AskAsync(new DnsMessage { Questions = [new DnsQuestion(owner, DnsType.Soa)], Edns = new Edns() }, cancellationToken);
        DnsRecord? soa = response.Answers.Concat(response.Authorities).FirstOrDefault(record => record.Type == DnsType.Soa && IsWithin(owner, record.Name));
        return IsAuthoritative(response) && soa is not null ? soa.Name
            : throw new ZoneServerException($"The server {Address} has no zone of {owner}{ZoneServerFault.Code(response)}: name the primary server of the zone with --server.");
    }

    /// <summary>The key records at a name.</summary>
    /// <exception cref="ZoneServerException">The answer is not authoritative, or there is none.</exception>
    public async Task<ImmutableArray<StandingKey>> ReadAsync(string owner, CancellationToken cancellationToken)
    {
        DnsMessage response = await AskAsync(new DnsMessage { Questions = [new DnsQuestion(owner, DnsType.Txt)], Edns = new Edns() }, cancellationToken);
        return IsAuthoritative(response) ? KeysIn(response, owner)
            : throw new ZoneServerException($"The server {Address} gives no authoritative answer about {owner}{ZoneServerFault.Code(response)}: name the primary server of the zone with --server.");
    }

    /// <summary>Changes the zone.</summary>
    /// <exception cref="ZoneServerException">It was refused, or nobody answers: the change may have been made or not.</exception>
    public async Task UpdateAsync(DynamicUpdate update, CancellationToken cancellationToken)
    {
        DnsMessage response = await AskAsync(update.ToRequest(), cancellationToken);
        if (response.ResponseCode != DnsResponseCode.NoError) throw new ZoneServerException(ZoneServerFault.OfUpdate(Address, key, update, response));
    }

    /// <summary>The key records of an answer; what else stands at the name is somebody else's.</summary>
    public static ImmutableArray<StandingKey> KeysIn(DnsMessage response, string owner)
    {
        ImmutableArray<StandingKey>.Builder keys = ImmutableArray.CreateBuilder<StandingKey>();
        foreach (DnsRecord record in response.Answers)
        {
            if (record.Type != DnsType.Txt || !DnsName.Same(record.Name, owner) || !TxtData.TryJoin(record.Data.Span, out byte[]? text)) continue;
            if (MessageText.TryParse(text, out MessageText? parsed, out _) && parsed.Message is KeyRecord key) keys.Add(new StandingKey(key, record.Data));
        }
        return keys.ToImmutable();
    }

    /// <summary>Whether an answer says what a zone has: also that it has nothing.</summary>
    public static bool IsAuthoritative(DnsMessage response) =>
        response.AuthoritativeAnswer && response.ResponseCode is DnsResponseCode.NoError or DnsResponseCode.NxDomain;

    private async Task<DnsMessage> AskAsync(DnsMessage request, CancellationToken cancellationToken)
    {
        TsigSigner signer = new(key, environment.Time);
        TsigWire wire = new(environment.Wire, signer);
        bool fitsUdp = request.ToArray().Length + signer.Overhead <= Spec.UdpPayloadSize;
        DnsExchangeResult result = await new DnsExchange(wire, environment.Time).AskAsync(
            Address, request, fitsUdp ? ExchangeSchedule.Host : OverTcp, _ => true, cancellationToken);

        cancellationToken.ThrowIfCancellationRequested();
        if (!result.IsAnswered) throw new ZoneServerException(ZoneServerFault.OfSilence(Address, key, wire.Unheard));
        return ZoneServerFault.OfSignature(Address, key, result.Response, environment.Time.GetUtcNow()) is { } fault ? throw new ZoneServerException(fault) : result.Response;
    }

    private static bool IsWithin(string owner, string zone) => zone == "." || DnsName.Same(owner, zone) || owner.EndsWith("." + zone, StringComparison.OrdinalIgnoreCase);
}
