namespace TechnitiumLibrary.Net.Dns;

/// <summary>The kind of a DNS message.</summary>
public enum DnsOpcode : byte
{
    /// <summary>QUERY.</summary>
    StandardQuery = 0,

    /// <summary>IQUERY.</summary>
    InverseQuery = 1,

    /// <summary>STATUS.</summary>
    ServerStatusRequest = 2,

    /// <summary>NOTIFY.</summary>
    Notify = 4,

    /// <summary>UPDATE.</summary>
    Update = 5,

    /// <summary>DSO.</summary>
    DnsStatefulOperations = 6
}
