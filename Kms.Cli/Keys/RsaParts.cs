using System.Globalization;
using System.Security.Cryptography;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>An RSA key: two big-endian numbers without leading zeros.</summary>
internal sealed class RsaParts(byte[] modulus, byte[] exponent) : KeyParts
{
    public ReadOnlySpan<byte> Modulus => modulus;

    public ReadOnlySpan<byte> Exponent => exponent;

    public override string Kind => string.Create(CultureInfo.InvariantCulture, $"RSA of {8 * modulus.Length} bits");

    /// <summary>Takes an RSA key apart.</summary>
    /// <exception cref="CryptographicException">It is none.</exception>
    public static RsaParts Take(PublicKey key)
    {
        using RSA rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(key.Info.Span, out _);
        RSAParameters numbers = rsa.ExportParameters(includePrivateParameters: false);
        return new RsaParts(numbers.Modulus!, numbers.Exponent!);
    }

    /// <inheritdoc/>
    /// <exception cref="CryptographicException">The numbers are no key.</exception>
    public override PublicKey ToPublicKey()
    {
        using RSA rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
        return PublicKey.TryRead(rsa.ExportSubjectPublicKeyInfo(), out PublicKey? key) ? key : throw new CryptographicException("The platform wrote no key.");
    }
}
