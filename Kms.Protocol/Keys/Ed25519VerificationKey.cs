namespace Kms.Protocol;

/// <summary>Ed25519 through <see cref="Ed25519"/>.</summary>
internal sealed class Ed25519VerificationKey(PublicKey publicKey, Ed25519 ed25519) : VerificationKey(publicKey)
{
    private readonly byte[] _key = publicKey.Ed25519Bytes.ToArray();

    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        signature.Length == SigningKey.SignatureSize && ed25519.Verify(_key, data, signature);

    protected override void Dispose(bool disposing) { }
}
