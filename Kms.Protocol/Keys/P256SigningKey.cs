using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Kms.Protocol;

/// <summary>ECDSA P-256 with SHA-256, r‖s in 64 bytes, s low; and the elliptic curve Diffie-Hellman of the pairwise MAC.</summary>
internal sealed class P256SigningKey : SigningKey
{
    private readonly InstancePool<ECDsa> _pool;
    private readonly ECParameters _parameters;

    private P256SigningKey(PublicKey publicKey, ECParameters parameters)
        : base(publicKey)
    {
        _parameters = parameters;
        _pool = new InstancePool<ECDsa>(() => ECDsa.Create(parameters));
    }

    /// <exception cref="CryptographicException">The curve is another one, or the key is damaged.</exception>
    public static P256SigningKey Of(ECDsa ecdsa)
    {
        ECParameters parameters = ecdsa.ExportParameters(includePrivateParameters: true);
        return PublicKey.TryRead(ecdsa.ExportSubjectPublicKeyInfo(), out PublicKey? publicKey) && publicKey.Algorithm == KeyAlgorithm.P256
            ? new P256SigningKey(publicKey, parameters)
            : throw new CryptographicException("The key is on another curve than P-256, or its curve is not a named one.");
    }

    public override void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        ECDsa ecdsa = _pool.Rent();
        try
        {
            ecdsa.SignData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        finally
        {
            _pool.Return(ecdsa);
        }
        LowS.Enforce(signature);
    }

    public override string ToPem()
    {
        using ECDsa ecdsa = ECDsa.Create(_parameters);
        return ecdsa.ExportPkcs8PrivateKeyPem();
    }

    public override bool TryAgree(DomainName own, DomainName other, PublicKey otherKey, bool sending, [NotNullWhen(true)] out PairwiseKey? key)
    {
        key = null;
        if (otherKey.Algorithm != KeyAlgorithm.P256) return false;
        using ECDiffieHellman mine = ECDiffieHellman.Create(_parameters);
        using ECDiffieHellman theirs = ECDiffieHellman.Create();
        try
        {
            theirs.ImportSubjectPublicKeyInfo(otherKey.Info.Span, out _);
        }
        catch (CryptographicException)
        {
            return false;
        }
        (DomainName sender, PublicKey senderKey) = sending ? (own, PublicKey) : (other, otherKey);
        (DomainName receiver, PublicKey receiverKey) = sending ? (other, otherKey) : (own, PublicKey);
        byte[] secret = mine.DeriveRawSecretAgreement(theirs.PublicKey);
        try
        {
            key = new PairwiseKey(HKDF.DeriveKey(
                HashAlgorithmName.SHA256, secret, PairwiseKey.Size, "KMS1 mac"u8.ToArray(), Info(sender, receiver, senderKey, receiverKey)));
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _pool.Dispose();
    }

    /// <summary>sender name ‖ 0 ‖ receiver name ‖ 0 ‖ SHA-256(sender's SPKI) ‖ SHA-256(receiver's SPKI)</summary>
    private static byte[] Info(DomainName sender, DomainName receiver, PublicKey senderKey, PublicKey receiverKey)
    {
        byte[] info = new byte[sender.Value.Length + 1 + receiver.Value.Length + 1 + (2 * Digest.Size)];
        int length = Encoding.ASCII.GetBytes(sender.Value, info) + 1;
        length += Encoding.ASCII.GetBytes(receiver.Value, info.AsSpan(length)) + 1;
        senderKey.Fingerprint.CopyTo(info.AsSpan(length));
        receiverKey.Fingerprint.CopyTo(info.AsSpan(length + Digest.Size));
        return info;
    }
}
