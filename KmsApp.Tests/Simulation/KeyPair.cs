using System.Security.Cryptography;
using Kms.Protocol;

namespace KmsApp.Tests.Simulation;

/// <summary>A key pair of the pool.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Private">It signs.</param>
/// <param name="Verification">It verifies.</param>
internal sealed record KeyPair(int Number, SigningKey Private, VerificationKey Verification)
{
    private ECDsa? _platform;

    public PublicKey Public => Private.PublicKey;

    /// <summary>Checks a signature with the platform alone, past the tested code.</summary>
    public bool HasSigned(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (_platform is null)
        {
            _platform = ECDsa.Create();
            _platform.ImportSubjectPublicKeyInfo(Public.Info.Span, out _);
        }
        return _platform.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    public override string ToString() => $"key {Number}";
}
