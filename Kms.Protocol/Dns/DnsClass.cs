namespace Kms.Protocol;

/// <summary>Classes of DNS records (RFC 1035, 2136). Any other number is kept as it is.</summary>
public enum DnsClass : ushort
{
    /// <summary>The Internet.</summary>
    In = 1,

    /// <summary>Chaos.</summary>
    Ch = 3,

    /// <summary>None, in a dynamic update.</summary>
    None = 254,

    /// <summary>Any class.</summary>
    Any = 255,
}
