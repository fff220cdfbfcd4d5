using System.Net;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>A host in the domain of a KMS.</summary>
internal sealed class LabHost(DomainName name, KmsNode kms, SealKind authentication, TimeProvider time) : Party(name, KeyImporter.Generate())
{
    /// <summary>The KMS that it asks.</summary>
    public KmsNode Kms { get; } = kms;

    /// <summary>How it and its KMS authenticate to each other.</summary>
    public SealKind Authentication { get; } = authentication;

    /// <summary>Puts the host's key into its zone.</summary>
    public void Publish() => Kms.Zone.Publish(new KeyRecord(Name, Use.Identity, Key.PublicKey, null, null));

    /// <summary>A client of this host, with a key table of its own, that trusts these KMSs.</summary>
    public KmsClient NewClient(params IEnumerable<KmsNode> anchors) => NewClient(new SocketDnsWire(), anchors);

    /// <summary>The same over a wire of the caller's.</summary>
    public KmsClient NewClient(IDnsWire wire, params IEnumerable<KmsNode> anchors) => new(
        new KmsClientConfiguration
        {
            Name = Name,
            Key = Key,
            Kms = new AskedKms(Kms.Name, [Kms.Endpoint], [Kms.Key.PublicKey]),
            TrustAnchors = [.. anchors.Select(anchor => new TrustAnchor(anchor.Name, anchor.Domain, [anchor.Key.PublicKey]))],
            Authentication = Authentication,
            Address = new IPEndPoint(IPAddress.Loopback, Spec.DnsPort),
        },
        new KmsClientEnvironment { Exchange = new DnsExchange(wire, time), Time = time });
}
