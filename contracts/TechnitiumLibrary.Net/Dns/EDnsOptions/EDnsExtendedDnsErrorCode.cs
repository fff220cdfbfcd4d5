namespace TechnitiumLibrary.Net.Dns.EDnsOptions;

/// <summary>The codes of RFC 8914, 4.</summary>
public enum EDnsExtendedDnsErrorCode : ushort
{
    /// <summary>None of the others.</summary>
    Other = 0,

    /// <summary>No DNSKEY algorithm is supported.</summary>
    UnsupportedDnsKeyAlgorithm = 1,

    /// <summary>No DS digest is supported.</summary>
    UnsupportedDsDigestType = 2,

    /// <summary>The answer has expired.</summary>
    StaleAnswer = 3,

    /// <summary>The answer was replaced by policy.</summary>
    ForgedAnswer = 4,

    /// <summary>DNSSEC: indeterminate.</summary>
    DnssecIndeterminate = 5,

    /// <summary>DNSSEC: bogus.</summary>
    DnssecBogus = 6,

    /// <summary>DNSSEC: signatures have expired.</summary>
    SignatureExpired = 7,

    /// <summary>DNSSEC: signatures are not valid yet.</summary>
    SignatureNotYetValid = 8,

    /// <summary>DNSSEC: no DNSKEY.</summary>
    DNSKEYMissing = 9,

    /// <summary>DNSSEC: no RRSIG.</summary>
    RRSIGsMissing = 10,

    /// <summary>DNSSEC: no zone key.</summary>
    NoZoneKeyBitSet = 11,

    /// <summary>DNSSEC: no NSEC.</summary>
    NSECMissing = 12,

    /// <summary>An earlier failure, from the cache.</summary>
    CachedError = 13,

    /// <summary>The server cannot answer now.</summary>
    NotReady = 14,

    /// <summary>Blocked by the operator.</summary>
    Blocked = 15,

    /// <summary>Blocked by order.</summary>
    Censored = 16,

    /// <summary>Blocked by wish of the client.</summary>
    Filtered = 17,

    /// <summary>The client has no right.</summary>
    Prohibited = 18,

    /// <summary>The NXDOMAIN has expired.</summary>
    StaleNxDomainAnswer = 19,

    /// <summary>The server is not authoritative.</summary>
    NotAuthoritative = 20,

    /// <summary>Not supported.</summary>
    NotSupported = 21,

    /// <summary>No authority could be reached.</summary>
    NoReachableAuthority = 22,

    /// <summary>An error of the network.</summary>
    NetworkError = 23,

    /// <summary>The zone cannot be served.</summary>
    InvalidData = 24,

    /// <summary>DNSSEC: a signature ends before it begins.</summary>
    SignatureExpiredBeforeValid = 25,

    /// <summary>Early data.</summary>
    TooEarly = 26,

    /// <summary>DNSSEC: too many iterations.</summary>
    UnsupportedNSEC3IterationsValue = 27,

    /// <summary>Policy forbids.</summary>
    UnableToConformToPolicy = 28,

    /// <summary>The answer was made up.</summary>
    Synthesized = 29,

    /// <summary>DNSSEC: too much work.</summary>
    TooManyCryptoValidations = 49152
}
