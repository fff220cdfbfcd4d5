namespace Kms.Server;

/// <summary>How a party authenticates what it sends: the setting <c>authentication</c> (docs/PROTOCOL.md section 5).</summary>
public enum AuthenticationMode
{
    /// <summary>By signatures.</summary>
    Signature,

    /// <summary>By pairwise MACs where both sides are set to it and each has one P-256 key.</summary>
    Mac,
}
