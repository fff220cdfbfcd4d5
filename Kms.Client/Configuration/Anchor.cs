using System.Collections.Immutable;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>A trust anchor, ready for use: it verifies attestations.</summary>
internal sealed class Anchor
{
    private readonly ImmutableArray<VerificationKey> _keys;

    /// <exception cref="ConfigurationException">It cannot be used.</exception>
    public Anchor(TrustAnchor anchor, KeyImporter importer)
    {
        if (anchor.Name.IsEmpty) throw new ConfigurationException("A trusted KMS has no name.");
        if (anchor.Domain.IsEmpty) throw new ConfigurationException($"The trusted KMS {anchor.Name} has no domain: name the one that it serves.");
        (Name, Domain) = (anchor.Name, anchor.Domain);
        _keys = KeySet.Import(anchor.PublicKeys, $"the trusted KMS {anchor.Name}", importer);
    }

    public DomainName Name { get; }

    public DomainName Domain { get; }

    /// <summary>The configured key that verifies an attestation, or null.</summary>
    public PublicKey? KeyThatSigned(MessageText attestation) => _keys.FirstOrDefault(attestation.IsSignedBy)?.PublicKey;

    /// <summary>Whether a key is configured for this anchor.</summary>
    public bool Has(PublicKey key) => _keys.Any(own => own.PublicKey.Equals(key));
}
