using System.Security.Cryptography;

namespace Kms.Protocol;

/// <summary>ECDSA P-256 with SHA-256, r‖s in 64 bytes, s low.</summary>
internal sealed class P256VerificationKey : VerificationKey
{
    private readonly InstancePool<ECDsa> _pool;

    /// <exception cref="CryptographicException">The point is not on the curve.</exception>
    public P256VerificationKey(PublicKey publicKey)
        : base(publicKey)
    {
        _pool = new InstancePool<ECDsa>(() => Import(publicKey));
        _pool.Return(Import(publicKey));
    }

    public override bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SigningKey.SignatureSize || !LowS.Holds(signature)) return false;
        ECDsa ecdsa = _pool.Rent();
        try
        {
            return ecdsa.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            return false; // a platform that refuses numbers out of range by an exception
        }
        finally
        {
            _pool.Return(ecdsa);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _pool.Dispose();
    }

    private static ECDsa Import(PublicKey publicKey)
    {
        ECDsa ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportSubjectPublicKeyInfo(publicKey.Info.Span, out _);
            return ecdsa;
        }
        catch
        {
            ecdsa.Dispose();
            throw;
        }
    }
}
