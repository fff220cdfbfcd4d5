namespace TechnitiumLibrary.Net.Dns.ResourceRecords;

/// <summary>The type of a record or a question; any other number is possible too.</summary>
public enum DnsResourceRecordType : ushort
{
    /// <summary>None.</summary>
    Unknown = 0,

    /// <summary>An IPv4 address.</summary>
    A = 1,

    /// <summary>A name server.</summary>
    NS = 2,

    /// <summary>An alias.</summary>
    CNAME = 5,

    /// <summary>The start of a zone.</summary>
    SOA = 6,

    /// <summary>A pointer to a name.</summary>
    PTR = 12,

    /// <summary>A mail server.</summary>
    MX = 15,

    /// <summary>Text.</summary>
    TXT = 16,

    /// <summary>An IPv6 address.</summary>
    AAAA = 28,

    /// <summary>EDNS.</summary>
    OPT = 41,

    /// <summary>An IPsec key.</summary>
    IPSECKEY = 45,

    /// <summary>A DNSSEC signature.</summary>
    RRSIG = 46,

    /// <summary>A DNSSEC key.</summary>
    DNSKEY = 48,

    /// <summary>A transaction signature.</summary>
    TSIG = 250,

    /// <summary>Any type.</summary>
    ANY = 255,

    /// <summary>The server's own: a conditional forwarder.</summary>
    FWD = 65281,

    /// <summary>The server's own: a record that an app answers.</summary>
    APP = 65282
}
