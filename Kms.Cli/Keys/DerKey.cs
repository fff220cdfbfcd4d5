using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PublicKey = Kms.Protocol.PublicKey;

namespace Kms.Cli;

/// <summary>Finds the public key in the DER forms of OpenSSL: public and private keys, certificates.</summary>
internal static class DerKey
{
    private const string EllipticCurveKey = "1.2.840.10045.2.1";
    private const string RsaKey = "1.2.840.113549.1.1.1";

    /// <summary>A private key of an algorithm that the platform has not: its public half cannot be computed here.</summary>
    private const string NotComputed = "write the public key with 'openssl pkey -in FILE -pubout -out FILE.pub' and give that.";

    /// <summary>Reads whichever of them it is.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    /// <exception cref="CryptographicException">It is one that cannot be read.</exception>
    public static PublicKey Read(ReadOnlyMemory<byte> der)
    {
        if (PublicKey.TryRead(der.Span, out PublicKey? key)) return PublicKeyFile.Checked(key);
        try
        {
            AsnReader content = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            if (content.PeekTag() == Asn1Tag.Sequence) return OfCertificate(der.Span);
            content.ReadIntegerBytes();
            if (content.PeekTag() == Asn1Tag.Sequence) return OfPrivateKey(der);
            return content.PeekTag() == Asn1Tag.PrimitiveOctetString ? OfEllipticPrivateKey(der.Span) : OfRsaPrivateKey(der.Span);
        }
        catch (AsnContentException e)
        {
            throw new FormatException("It is DER, and neither a key nor a certificate.", e);
        }
    }

    /// <summary>The key of a SubjectPublicKeyInfo.</summary>
    public static PublicKey OfPublicKey(ReadOnlySpan<byte> info) =>
        PublicKey.TryRead(info, out PublicKey? key) ? PublicKeyFile.Checked(key) : throw new FormatException("The block is no SubjectPublicKeyInfo.");

    /// <summary>The key that a certificate is about.</summary>
    public static PublicKey OfCertificate(ReadOnlySpan<byte> der)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(der);
        return OfPublicKey(certificate.PublicKey.ExportSubjectPublicKeyInfo());
    }

    /// <summary>The public half of a private key in PKCS #8.</summary>
    public static PublicKey OfPrivateKey(ReadOnlyMemory<byte> der)
    {
        string algorithm;
        try
        {
            AsnReader content = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            content.ReadIntegerBytes();
            algorithm = content.ReadSequence().ReadObjectIdentifier();
        }
        catch (AsnContentException e)
        {
            throw new FormatException("It is no private key in PKCS #8.", e);
        }
        switch (algorithm)
        {
            case EllipticCurveKey:
                return OfEllipticPrivateKey(der.Span, isPkcs8: true);
            case RsaKey:
                using (RSA rsa = RSA.Create())
                {
                    rsa.ImportPkcs8PrivateKey(der.Span, out _);
                    return OfPublicKey(rsa.ExportSubjectPublicKeyInfo());
                }
            default:
                throw new FormatException($"It is a private {NameOf(algorithm)} key, whose public half cannot be computed here: {NotComputed}");
        }
    }

    /// <summary>The public half of a private key as SEC 1 writes it.</summary>
    public static PublicKey OfEllipticPrivateKey(ReadOnlySpan<byte> der) => OfEllipticPrivateKey(der, isPkcs8: false);

    /// <summary>The public half of a private key as PKCS #1 writes it.</summary>
    public static PublicKey OfRsaPrivateKey(ReadOnlySpan<byte> der)
    {
        using RSA rsa = RSA.Create();
        rsa.ImportRSAPrivateKey(der, out _);
        return OfPublicKey(rsa.ExportSubjectPublicKeyInfo());
    }

    /// <summary>A public key as PKCS #1 writes it.</summary>
    public static PublicKey OfRsaPublicKey(ReadOnlySpan<byte> der)
    {
        using RSA rsa = RSA.Create();
        rsa.ImportRSAPublicKey(der, out _);
        return OfPublicKey(rsa.ExportSubjectPublicKeyInfo());
    }

    private static string NameOf(string algorithm) => algorithm switch
    {
        "1.3.101.110" => "X25519",
        "1.3.101.111" => "X448",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        _ => algorithm,
    };

    private static PublicKey OfEllipticPrivateKey(ReadOnlySpan<byte> der, bool isPkcs8)
    {
        using ECDsa ecdsa = ECDsa.Create();
        try
        {
            if (isPkcs8) ecdsa.ImportPkcs8PrivateKey(der, out _);
            else ecdsa.ImportECPrivateKey(der, out _);
        }
        catch (PlatformNotSupportedException e)
        {
            throw new CryptographicException($"The private key is on a curve that this platform does not have: {NotComputed}", e);
        }
        return OfPublicKey(ecdsa.ExportSubjectPublicKeyInfo());
    }
}
