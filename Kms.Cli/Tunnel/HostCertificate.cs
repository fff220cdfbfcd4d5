using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>
/// The self-signed certificate with which a host shows its key in TLS. It says only "I am NAME, and this is my key"; whether that is
/// true is for the other side to find out from its KMS.
/// </summary>
internal static class HostCertificate
{
    /// <summary>The longest common name that X.509 has room for (RFC 5280 appendix A.1, ub-common-name).</summary>
    private const int MaximumCommonName = 64;

    private const int SerialNumberSize = 16;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>"No well-defined expiration date" (RFC 5280 section 4.1.2.5): how long the key counts is said by its attestation.</summary>
    private static readonly DateTimeOffset NoEnd = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    /// <summary>Makes it.</summary>
    /// <param name="name">The host.</param>
    /// <param name="key">Its private key, P-256.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="CryptographicException">The key is of another algorithm.</exception>
    public static X509Certificate2 Of(DomainName name, SigningKey key, DateTimeOffset now)
    {
        if (key.PublicKey.Algorithm != KeyAlgorithm.P256) throw new CryptographicException("TLS needs a P-256 key here, and this one is of another algorithm.");
        using ECDsa ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(key.ToPem());
        bool fits = name.Value.Length <= MaximumCommonName;
        CertificateRequest request = new(fits ? $"CN={name}" : "", ecdsa, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name.Value);
        request.CertificateExtensions.Add(names.Build(critical: !fits));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication), new Oid(ClientAuthentication)], critical: false));
        using X509Certificate2 certificate = request.Create(
            request.SubjectName, X509SignatureGenerator.CreateForECDsa(ecdsa), now - TunnelLimits.CertificateBackdating, NoEnd, NewSerialNumber());
        X509Certificate2 withKey = certificate.CopyWithPrivateKey(ecdsa);
        if (!OperatingSystem.IsWindows()) return withKey;

        // SChannel uses no key that lies in this process's memory alone.
        using (withKey) return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>Reads what the other side's certificate says.</summary>
    /// <param name="certificate">The certificate. Nobody has checked it; but TLS has proven that who shows it has its private key.</param>
    /// <param name="name">The name that it claims.</param>
    /// <param name="key">Its public key.</param>
    /// <returns>False unless it has exactly one DNS name, which KMS1 can ask for.</returns>
    public static bool TryRead(X509Certificate2 certificate, out DomainName name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Protocol.PublicKey? key)
    {
        (name, key) = (default, null);
        try
        {
            X509SubjectAlternativeNameExtension[] extensions = [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()];
            return extensions is [var one] && one.EnumerateDnsNames().ToArray() is [var claimed] && DomainName.TryParse(claimed, out name)
                && Protocol.PublicKey.TryRead(certificate.PublicKey.ExportSubjectPublicKeyInfo(), out key);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>A positive number of 16 random bytes.</summary>
    private static byte[] NewSerialNumber()
    {
        byte[] number = RandomNumberGenerator.GetBytes(SerialNumberSize);
        number[0] = (byte)((number[0] & 0x7F) | 0x40);
        return number;
    }
}
