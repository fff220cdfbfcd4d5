using System.Formats.Asn1;
using System.Security.Cryptography;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>What a public key is made of, for the formats that say more than its SubjectPublicKeyInfo.</summary>
internal abstract class KeyParts
{
    private const string EllipticCurveKey = "1.2.840.10045.2.1";
    private const string RsaKey = "1.2.840.113549.1.1.1";

    /// <summary>What people call such a key, such as P-256.</summary>
    public abstract string Kind { get; }

    /// <summary>The key itself.</summary>
    public abstract PublicKey ToPublicKey();

    /// <summary>Takes a key apart.</summary>
    /// <exception cref="CryptographicException">The algorithm is known and the key is none of it, as a point that is not on its curve.</exception>
    public static KeyParts Of(PublicKey key)
    {
        if (key.Algorithm == KeyAlgorithm.Ed25519) return new Ed25519Parts(key.Info.Span[^Ed25519.KeySize..]);
        if (X25519.TryReadRaw(key, out byte[]? raw)) return new X25519Parts(raw);
        (string algorithm, string? curve) = ReadAlgorithm(key);
        return algorithm switch
        {
            EllipticCurveKey when EllipticCurve.WithOid(curve) is { } known => EllipticParts.Take(key, known),
            RsaKey => RsaParts.Take(key),
            _ => new UnknownParts(key, algorithm),
        };
    }

    /// <summary>The object identifiers of the algorithm and of its named curve, where it has one.</summary>
    private static (string Algorithm, string? Curve) ReadAlgorithm(PublicKey key)
    {
        try
        {
            AsnReader algorithm = new AsnReader(key.Info, AsnEncodingRules.DER).ReadSequence().ReadSequence();
            string oid = algorithm.ReadObjectIdentifier();
            return (oid, algorithm.HasData && algorithm.PeekTag() == Asn1Tag.ObjectIdentifier ? algorithm.ReadObjectIdentifier() : null);
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException("The key's algorithm cannot be read.", e);
        }
    }
}
