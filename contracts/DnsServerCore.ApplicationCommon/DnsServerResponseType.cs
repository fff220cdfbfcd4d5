namespace DnsServerCore.ApplicationCommon;

/// <summary>Where a response comes from, for the server's statistics (<c>DnsDatagram.Tag</c>).</summary>
public enum DnsServerResponseType : byte
{
    /// <summary>A zone or an app.</summary>
    Authoritative = 1,

    /// <summary>Other servers.</summary>
    Recursive = 2,

    /// <summary>The cache.</summary>
    Cached = 3,

    /// <summary>A block list.</summary>
    Blocked = 4,

    /// <summary>Another server's block list.</summary>
    UpstreamBlocked = 5,

    /// <summary>The same, from the cache.</summary>
    UpstreamBlockedCached = 6,

    /// <summary>No response was sent.</summary>
    Dropped = 7
}
