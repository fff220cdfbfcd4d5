namespace TechnitiumLibrary.Net.Dns.ResourceRecords;

/// <summary>A record.</summary>
public sealed class DnsResourceRecord
{
    /// <summary>A record with its parts; throws <see cref="DnsClientException"/> for a bad name.</summary>
    public DnsResourceRecord(string name, DnsResourceRecordType type, DnsClass @class, uint ttl, DnsResourceRecordData rData)
        : this(DomainName.Check(name), (ushort)type, (ushort)@class, ttl, rData)
    {
    }

    private DnsResourceRecord(string name, ushort type, ushort @class, uint ttl, DnsResourceRecordData rData)
    {
        Name = name;
        Type = (DnsResourceRecordType)type;
        Class = (DnsClass)@class;
        TTL = ttl;
        RDATA = rData;
    }

    /// <summary>The owner, in the letter case it came in, without a trailing dot.</summary>
    public string Name { get; }

    /// <summary>The type.</summary>
    public DnsResourceRecordType Type { get; }

    /// <summary>The class.</summary>
    public DnsClass Class { get; }

    /// <summary>The time to live, in seconds.</summary>
    public uint TTL { get; }

    /// <summary>The data.</summary>
    public DnsResourceRecordData RDATA { get; }

    /// <summary>A record as it came in a packet, whose owner may be any name.</summary>
    internal static DnsResourceRecord FromPacket(string name, ushort type, ushort @class, uint ttl, DnsResourceRecordData rData)
        => new(name, type, @class, ttl, rData);
}
