using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>A certificate authority of the test's own, and the certificates that it issues.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly X509Certificate2 _root;
    private readonly List<X509Certificate2> _issued = [];

    internal TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=root.test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-1), DateTimeOffset.UtcNow.AddYears(1));
    }

    /// <summary>What trusts whoever has a certificate of here.</summary>
    internal X509Certificate2Collection Roots => [_root];

    internal string RootPem => _root.ExportCertificatePem();

    /// <summary>Issues a certificate for names or IP addresses.</summary>
    internal X509Certificate2 Issue(params IEnumerable<string> names) => Issue(TimeSpan.FromDays(1), names);

    /// <inheritdoc cref="Issue(IEnumerable{string})"/>
    /// <param name="ends">In how long it ends; a negative time ago.</param>
    /// <param name="names">The names.</param>
    internal X509Certificate2 Issue(TimeSpan ends, params IEnumerable<string> names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=server", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder alternatives = new();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address)) alternatives.AddIpAddress(address);
            else alternatives.AddDnsName(name);
        }
        request.CertificateExtensions.Add(alternatives.Build());
        DateTimeOffset end = DateTimeOffset.UtcNow + ends;
        using X509Certificate2 certificate = request.Create(_root, end.AddDays(-2), end, RandomNumberGenerator.GetBytes(8));
        _issued.Add(certificate.CopyWithPrivateKey(key));
        return _issued[^1];
    }

    internal static Digest PinOf(X509Certificate2 certificate) => Digest.Of(certificate.PublicKey.ExportSubjectPublicKeyInfo());

    public void Dispose()
    {
        _issued.ForEach(certificate => certificate.Dispose());
        _root.Dispose();
    }
}
