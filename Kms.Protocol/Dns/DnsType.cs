namespace Kms.Protocol;

/// <summary>Types of DNS records (RFC 1035, 3596, 6891, 8945). Any other number is kept as it is.</summary>
public enum DnsType : ushort
{
    /// <summary>An IPv4 address.</summary>
    A = 1,

    /// <summary>A name server.</summary>
    Ns = 2,

    /// <summary>An alias.</summary>
    Cname = 5,

    /// <summary>The start of a zone of authority.</summary>
    Soa = 6,

    /// <summary>A pointer to another name.</summary>
    Ptr = 12,

    /// <summary>A mail exchange.</summary>
    Mx = 15,

    /// <summary>Text; the record that carries KMS1 messages.</summary>
    Txt = 16,

    /// <summary>An IPv6 address.</summary>
    Aaaa = 28,

    /// <summary>The EDNS pseudo-record, read and written as <see cref="Edns"/>.</summary>
    Opt = 41,

    /// <summary>A signature over the message before it, made with a shared secret.</summary>
    Tsig = 250,

    /// <summary>In a question only: records of every type.</summary>
    Any = 255,
}
