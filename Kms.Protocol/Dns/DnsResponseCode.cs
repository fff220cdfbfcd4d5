namespace Kms.Protocol;

/// <summary>
/// Response codes (RFC 1035, 6891), 0 to 4095; above 15 they need an OPT record. Any other number is kept as it is.
/// </summary>
public enum DnsResponseCode : ushort
{
    /// <summary>No error.</summary>
    NoError = 0,

    /// <summary>The request was malformed.</summary>
    FormErr = 1,

    /// <summary>The server failed.</summary>
    ServFail = 2,

    /// <summary>The name does not exist.</summary>
    NxDomain = 3,

    /// <summary>The kind of query is not implemented.</summary>
    NotImp = 4,

    /// <summary>The server refuses.</summary>
    Refused = 5,

    /// <summary>The EDNS version is not supported.</summary>
    BadVers = 16,
}
