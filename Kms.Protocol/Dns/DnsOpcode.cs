namespace Kms.Protocol;

/// <summary>Kinds of DNS query (RFC 1035, 1996, 2136), 0 to 15. Any other number is kept as it is.</summary>
public enum DnsOpcode : byte
{
    /// <summary>A standard query.</summary>
    Query = 0,

    /// <summary>A zone has changed.</summary>
    Notify = 4,

    /// <summary>A dynamic update.</summary>
    Update = 5,
}
