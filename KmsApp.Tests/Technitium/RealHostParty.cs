using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>A host with a key, which asks real key servers.</summary>
internal sealed class RealHostParty(string name)
{
    internal DomainName Name { get; } = DomainName.Parse(name);

    internal SigningKey Key { get; } = KeyImporter.Generate();

    /// <summary>The TXT record that publishes the key.</summary>
    internal string Record => MessageText.Of(new KeyRecord(Name, Use.Identity, Key.PublicKey, null, null)).ToString();

    /// <summary>Asks for a key, with an empty table of its own.</summary>
    /// <param name="kms">The KMS asked.</param>
    /// <param name="anchor">The trust anchor.</param>
    /// <param name="name">Whose key.</param>
    /// <param name="wire">How the packets travel; sockets by default.</param>
    internal Task<KeyResult> AskAsync(RealKms kms, RealKms anchor, DomainName name, IDnsWire? wire = null) =>
        Client(kms.Asked, anchor.Anchor, wire).GetKeyAsync(name, Use.Identity);

    /// <summary>A client with an empty table.</summary>
    internal KmsClient Client(AskedKms kms, TrustAnchor anchor, IDnsWire? wire = null) => new(
        new KmsClientConfiguration { Name = Name, Key = Key, Kms = kms, TrustAnchors = ImmutableArray.Create(anchor) },
        new KmsClientEnvironment { Exchange = new DnsExchange(wire ?? new SocketDnsWire(), TimeProvider.System) });

    /// <summary>A request that carries an inquiry of this host, new each time.</summary>
    internal DnsMessage Inquire(RealKms kms, DomainName anchor, DomainName name) => Inquire(kms.Name, anchor, name);

    /// <inheritdoc cref="Inquire(RealKms, DomainName, DomainName)"/>
    internal DnsMessage Inquire(DomainName kms, DomainName anchor, DomainName name)
    {
        Inquiry inquiry = new(
            name, Use.Identity, anchor, new IPEndPoint(IPAddress.Loopback, Spec.DnsPort), Name, kms,
            new InquiryId(RandomNumberGenerator.GetBytes(InquiryId.Size)), UnixTime.Floor(DateTimeOffset.UtcNow), KmsPath.None);
        Assert.IsTrue(MessageText.TrySign(inquiry, Key, out MessageText? text));
        return KmsPacket.Request((ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue), name.Value, text.Text);
    }
}
