using System.Security.Cryptography;
using Kms.Protocol;
using BouncyEd25519 = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace KmsApp.Tests.Simulation;

/// <summary>A key pair of the pool.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Private">It signs.</param>
/// <param name="Verification">It verifies.</param>
internal sealed record KeyPair(int Number, SigningKey Private, VerificationKey Verification)
{
    private ECDsa? _platform;

    public PublicKey Public => Private.PublicKey;

    /// <summary>Checks a signature past the tested code: with the platform alone, or the library that has what it lacks.</summary>
    public bool HasSigned(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (Public.Algorithm == KeyAlgorithm.Ed25519) return BouncyEd25519.Verify(signature.ToArray(), 0, Public.Info[^BouncyEd25519.PublicKeySize..].ToArray(), 0, data.ToArray(), 0, data.Length);
        if (_platform is null)
        {
            _platform = ECDsa.Create();
            _platform.ImportSubjectPublicKeyInfo(Public.Info.Span, out _);
        }
        return _platform.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    public override string ToString() => $"key {Number}";
}
