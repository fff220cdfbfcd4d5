using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Kms.Protocol;

/// <summary>Who a server must prove to be over TLS.</summary>
/// <param name="Name">Its name: a domain name or an IP address. It is what the certificate must be for, unless there is a pin.</param>
/// <param name="Pin">
/// The SHA-256 of the SubjectPublicKeyInfo of its certificate (RFC 7858, section 4.2; <see cref="PublicKey.Fingerprint"/>). Then
/// that key alone counts: neither the name, the issuer nor the dates of the certificate. Null: the system's trust and the name count.
/// </param>
public sealed record TlsServer(string Name, Digest? Pin = null)
{
    /// <summary>What stands before a pin where it is written as text.</summary>
    public const string PinPrefix = "sha256/";

    /// <summary>Checks what a server has shown.</summary>
    /// <param name="certificate">Its certificate, or null where it has none.</param>
    /// <param name="chain">The chain that was built from it.</param>
    /// <param name="errors">What the platform holds against it.</param>
    /// <returns>Why it is refused, in the middle of a sentence; null where it passes.</returns>
    internal string? Refuse(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null) return "it has no certificate";
        if (Pin is { } pin)
        {
            Digest shown = Digest.Of(certificate.PublicKey.ExportSubjectPublicKeyInfo());
            return shown == pin ? null : $"the key of its certificate has the pin {PinPrefix}{shown} instead of {PinPrefix}{pin}";
        }
        List<string> reasons = [];
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) reasons.Add($"its certificate is not for {Name}");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            reasons.Add($"its certificate is not trusted here ({string.Join(", ", chain?.ChainStatus.Select(status => status.Status.ToString()) ?? [])})");
        return reasons.Count > 0 ? string.Join(", and ", reasons) : errors == SslPolicyErrors.None ? null : errors.ToString();
    }
}
