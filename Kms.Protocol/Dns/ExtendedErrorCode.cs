namespace Kms.Protocol;

/// <summary>Codes of an extended DNS error (RFC 8914, section 4). Any other number is kept as it is.</summary>
public enum ExtendedErrorCode : ushort
{
    /// <summary>Other: a fault of the server.</summary>
    Other = 0,

    /// <summary>Not ready: a limit of the server is reached.</summary>
    NotReady = 14,

    /// <summary>No reachable authority: the answer did not come in time.</summary>
    NoReachableAuthority = 22,
}
