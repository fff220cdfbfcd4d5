namespace Kms.Protocol;

/// <summary>What a SubjectPublicKeyInfo says its key is, as far as KMS1 cares (docs/PROTOCOL.md section 5).</summary>
public enum KeyAlgorithm
{
    /// <summary>Any other: it may be attested, and authenticates nothing.</summary>
    Other,

    /// <summary>ECDSA P-256: named curve, uncompressed point.</summary>
    P256,

    /// <summary>Ed25519 (RFC 8410).</summary>
    Ed25519,
}
