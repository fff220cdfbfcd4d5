namespace Kms.Protocol;

/// <summary>
/// Response codes (RFC 1035, 2136, 6891), 0 to 4095; above 15 they need an OPT record. Any other number is kept as it is.
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

    /// <summary>A dynamic update required that a name does not exist, and it does.</summary>
    YXDomain = 6,

    /// <summary>A dynamic update required that records do not exist, and they do.</summary>
    YXRRSet = 7,

    /// <summary>A dynamic update required that records exist, and they do not.</summary>
    NXRRSet = 8,

    /// <summary>The server is not authoritative for the zone of an update, or does not believe the signature of the request (RFC 8945).</summary>
    NotAuth = 9,

    /// <summary>A name in a dynamic update is not in the zone.</summary>
    NotZone = 10,

    /// <summary>The EDNS version is not supported.</summary>
    BadVers = 16,
}
