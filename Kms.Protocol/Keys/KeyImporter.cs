using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Kms.Protocol;

/// <summary>Makes keys that verify and sign from their standard forms (docs/PROTOCOL.md section 5).</summary>
/// <param name="ed25519">Ed25519 where the machine offers it, or null.</param>
public sealed class KeyImporter(Ed25519? ed25519)
{
    /// <summary>Imports a public key that is to authenticate somebody.</summary>
    /// <param name="publicKey">The key.</param>
    /// <param name="key">The imported key; keep it, importing is dear.</param>
    /// <param name="fault">Why it cannot be; meaningless on success.</param>
    public bool TryImport(PublicKey publicKey, [NotNullWhen(true)] out VerificationKey? key, out KeyFault fault)
    {
        ArgumentNullException.ThrowIfNull(publicKey);
        key = null;
        fault = KeyFault.Algorithm;
        switch (publicKey.Algorithm)
        {
            case KeyAlgorithm.P256:
                try
                {
                    key = new P256VerificationKey(publicKey);
                }
                catch (CryptographicException)
                {
                    fault = KeyFault.Point;
                }
                break;
            case KeyAlgorithm.Ed25519 when ed25519 is null:
                fault = KeyFault.Ed25519Missing;
                break;
            case KeyAlgorithm.Ed25519:
                key = new Ed25519VerificationKey(publicKey, ed25519);
                break;
        }
        return key is not null;
    }

    /// <summary>Imports a private key from PEM: PKCS #8 (<c>PRIVATE KEY</c>) or SEC 1 (<c>EC PRIVATE KEY</c>), not encrypted.</summary>
    /// <exception cref="CryptographicException">It is none, or of an algorithm that cannot sign here; the message says which.</exception>
    public SigningKey ImportPem(ReadOnlySpan<char> pem)
    {
        byte[] der = Decode(pem);
        try
        {
            if (Ed25519SigningKey.Recognizes(der))
            {
                return ed25519 is null
                    ? throw new CryptographicException("This is an Ed25519 key, and this machine has no BouncyCastle.Cryptography to sign with. Use a P-256 key.")
                    : Ed25519SigningKey.Of(der, ed25519);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
        using ECDsa ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportFromPem(pem);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException or PlatformNotSupportedException)
        {
            throw new CryptographicException("The PEM block holds no one private key that can sign here: make one with 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256'.", e);
        }
        return P256SigningKey.Of(ecdsa);
    }

    /// <summary>Makes a new P-256 key.</summary>
    public static SigningKey Generate()
    {
        using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return P256SigningKey.Of(ecdsa);
    }

    /// <summary>The bytes of the block that holds the private key. "openssl ecparam -genkey" writes the curve as a block before it.</summary>
    private static byte[] Decode(ReadOnlySpan<char> pem)
    {
        string? other = null;
        while (PemEncoding.TryFind(pem, out PemFields fields))
        {
            string label = pem[fields.Label].ToString();
            if (label is "PRIVATE KEY" or "EC PRIVATE KEY")
            {
                byte[] der = new byte[fields.DecodedDataLength];
                Convert.TryFromBase64Chars(pem[fields.Base64Data], der, out _);
                return der;
            }
            other ??= label;
            pem = pem[fields.Location.End..];
        }
        throw new CryptographicException(other switch
        {
            null => "There is no PEM block (-----BEGIN PRIVATE KEY-----).",
            "ENCRYPTED PRIVATE KEY" => "The private key is encrypted: write it without a pass phrase with 'openssl pkey -in FILE -out NEWFILE'.",
            _ => $"The PEM block is a {other}, not a PRIVATE KEY.",
        });
    }
}
