using Kms.Protocol;

namespace Kms.Cli;

/// <summary>
/// A change of single TXT records of one name (RFC 2136). It names each record that goes and each that comes, so that it may be
/// repeated, and what somebody else has at the name stays.
/// </summary>
/// <param name="Zone">The zone.</param>
/// <param name="Owner">The name whose records change.</param>
/// <param name="Ttl">The time to live of those that come, in seconds.</param>
internal sealed record DynamicUpdate(string Zone, string Owner, uint Ttl)
{
    public IReadOnlyList<StandingKey> Removed { get; init; } = [];

    public IReadOnlyList<KeyRecord> Added { get; init; } = [];

    /// <summary>The request; its sections have other meanings than in a query (section 2.2).</summary>
    public DnsMessage ToRequest() => new()
    {
        Opcode = DnsOpcode.Update,
        Questions = [new DnsQuestion(Zone, DnsType.Soa)],
        Authorities =
        [
            .. Removed.Select(standing => new DnsRecord(Owner, DnsType.Txt, DnsClass.None, 0, standing.Data)),
            .. Added.Select(record => new DnsRecord(Owner, DnsType.Txt, DnsClass.In, Ttl, TxtData.Split(MessageText.Of(record).Text.Span))),
        ],
    };
}
