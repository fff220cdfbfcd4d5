namespace Kms.Protocol;

/// <summary>Why a public key cannot verify signatures here.</summary>
public enum KeyFault
{
    /// <summary>Neither P-256 (named curve, uncompressed point) nor Ed25519.</summary>
    Algorithm,

    /// <summary>The point is not on the curve.</summary>
    Point,

    /// <summary>An Ed25519 key, and this machine has no BouncyCastle.Cryptography to verify with.</summary>
    Ed25519Missing,
}
