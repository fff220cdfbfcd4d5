namespace TechnitiumLibrary.Net.Dns.EDnsOptions;

/// <summary>The code of an EDNS option; any other number is possible too.</summary>
public enum EDnsOptionCode : ushort
{
    /// <summary>None.</summary>
    RESERVED = 0,

    /// <summary>The server's identifier.</summary>
    NSID = 3,

    /// <summary>A DNS cookie.</summary>
    COOKIE = 10,

    /// <summary>Padding.</summary>
    PADDING = 12,

    /// <summary>An extended DNS error (RFC 8914).</summary>
    EXTENDED_DNS_ERROR = 15
}
