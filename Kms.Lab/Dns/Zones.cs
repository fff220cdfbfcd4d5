using Kms.Protocol;

namespace Kms.Lab;

/// <summary>The zones of one server; the longest that holds a name answers for it.</summary>
internal sealed class Zones(params IReadOnlyList<Zone> zones)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<Zone> All { get; } = zones;

    /// <summary>The zone that holds a name, or null.</summary>
    public Zone? For(string name) => All.Where(zone => zone.Holds(name)).MaxBy(zone => zone.Apex.Length);

    /// <summary>The authoritative answer to a query, or null where no zone holds the name.</summary>
    /// <param name="request">A query with one question of class IN.</param>
    public DnsMessage? Answer(DnsMessage request)
    {
        DnsQuestion question = request.Questions[0];
        if (For(question.Name) is not { } zone) return null;
        IReadOnlyList<DnsRecord>? records = zone.Find(question);
        return new DnsMessage
        {
            Id = request.Id,
            IsResponse = true,
            AuthoritativeAnswer = true,
            RecursionDesired = request.RecursionDesired,
            ResponseCode = records is null ? DnsResponseCode.NxDomain : DnsResponseCode.NoError,
            Questions = request.Questions,
            Answers = records ?? [],
            Authorities = records is null or { Count: 0 } ? [zone.Soa] : [],
        };
    }
}
