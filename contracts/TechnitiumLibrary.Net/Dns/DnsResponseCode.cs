namespace TechnitiumLibrary.Net.Dns;

/// <summary>The RCODE of a DNS message, extended by EDNS.</summary>
public enum DnsResponseCode : ushort
{
    /// <summary>NOERROR.</summary>
    NoError = 0,

    /// <summary>FORMERR.</summary>
    FormatError = 1,

    /// <summary>SERVFAIL.</summary>
    ServerFailure = 2,

    /// <summary>NXDOMAIN.</summary>
    NxDomain = 3,

    /// <summary>NOTIMP.</summary>
    NotImplemented = 4,

    /// <summary>REFUSED.</summary>
    Refused = 5,

    /// <summary>YXDOMAIN.</summary>
    YXDomain = 6,

    /// <summary>YXRRSET.</summary>
    YXRRSet = 7,

    /// <summary>NXRRSET.</summary>
    NXRRSet = 8,

    /// <summary>NOTAUTH.</summary>
    NotAuth = 9,

    /// <summary>NOTZONE.</summary>
    NotZone = 10,

    /// <summary>BADVERS.</summary>
    BADVERS = 16,

    /// <summary>BADCOOKIE.</summary>
    BADCOOKIE = 23
}
