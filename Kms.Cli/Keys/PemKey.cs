using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>Finds the public key in PEM (RFC 7468).</summary>
internal static class PemKey
{
    private const string Opening = "-----BEGIN ";

    /// <summary>Reads the first block that has a key; those before it, such as <c>EC PARAMETERS</c>, are passed over.</summary>
    /// <returns>False where there is no PEM at all.</returns>
    /// <exception cref="FormatException">There is PEM, and no key that can be read.</exception>
    /// <exception cref="CryptographicException">A block is not what it says.</exception>
    public static bool TryRead(string text, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        if (!text.Contains(Opening, StringComparison.Ordinal)) return false;
        string? other = null;
        ReadOnlySpan<char> rest = text;
        while (key is null && PemEncoding.TryFind(rest, out PemFields fields))
        {
            string label = rest[fields.Label].ToString();
            byte[] der = new byte[fields.DecodedDataLength];
            Convert.TryFromBase64Chars(rest[fields.Base64Data], der, out _);
            key = Read(label, der);
            CryptographicOperations.ZeroMemory(der);
            other ??= label;
            rest = rest[fields.Location.End..];
        }
        return key is not null ? true : throw new FormatException(other switch
        {
            null when text.Contains("ENCRYPTED", StringComparison.Ordinal) => Encrypted,
            null => "The PEM block is not whole.",
            _ => $"The PEM block is a {other}: give a PUBLIC KEY, a PRIVATE KEY or a CERTIFICATE.",
        });
    }

    private static string Encrypted => "The private key is encrypted: write its public half with 'openssl pkey -in FILE -pubout -out FILE.pub' and give that.";

    /// <summary>The key of a block; null where such a block has none.</summary>
    private static PublicKey? Read(string label, byte[] der) => label switch
    {
        "PUBLIC KEY" => DerKey.OfPublicKey(der),
        "RSA PUBLIC KEY" => DerKey.OfRsaPublicKey(der),
        "PRIVATE KEY" => DerKey.OfPrivateKey(der),
        "EC PRIVATE KEY" => DerKey.OfEllipticPrivateKey(der),
        "RSA PRIVATE KEY" => DerKey.OfRsaPrivateKey(der),
        "CERTIFICATE" => DerKey.OfCertificate(der),
        "OPENSSH PRIVATE KEY" => OpenSshPrivateKey.ReadPublicHalf(der),
        "ENCRYPTED PRIVATE KEY" => throw new FormatException(Encrypted),
        _ => null,
    };
}
