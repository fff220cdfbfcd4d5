using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Kms.Protocol;

/// <summary>Ed25519 through <see cref="Ed25519"/>.</summary>
internal sealed class Ed25519SigningKey : SigningKey
{
    private readonly byte[] _secretKey;
    private readonly Ed25519 _ed25519;

    private Ed25519SigningKey(byte[] secretKey, PublicKey publicKey, Ed25519 ed25519)
        : base(publicKey)
    {
        _secretKey = secretKey;
        _ed25519 = ed25519;
    }

    /// <summary>A PKCS #8 Ed25519 private key up to the 32 bytes of the key (RFC 8410 section 7).</summary>
    private static ReadOnlySpan<byte> Prefix => [0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

    /// <summary>Whether a PKCS #8 structure is an Ed25519 private key.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> pkcs8) => pkcs8.Length == Prefix.Length + Ed25519.KeySize && pkcs8.StartsWith(Prefix);

    public static Ed25519SigningKey Of(ReadOnlySpan<byte> pkcs8, Ed25519 ed25519)
    {
        byte[] secretKey = pkcs8[Prefix.Length..].ToArray();
        return new Ed25519SigningKey(secretKey, PublicKeyOf(ed25519.GeneratePublicKey(secretKey)), ed25519);
    }

    public override void Sign(ReadOnlySpan<byte> data, Span<byte> signature) => _ed25519.Sign(_secretKey, data, signature);

    public override string ToPem() => PemEncoding.WriteString("PRIVATE KEY", [.. Prefix, .. _secretKey]);

    public override bool TryAgree(DomainName own, DomainName other, PublicKey otherKey, bool sending, [NotNullWhen(true)] out PairwiseKey? key)
    {
        key = null;
        return false;
    }

    protected override void Dispose(bool disposing) => CryptographicOperations.ZeroMemory(_secretKey);

    private static PublicKey PublicKeyOf(ReadOnlySpan<byte> key) =>
        PublicKey.TryRead([0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00, .. key], out PublicKey? publicKey)
            ? publicKey
            : throw new CryptographicException("The Ed25519 provider made no 32-byte public key.");
}
