using System.Security.Cryptography;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>A host that speaks: its inquiries are as those of <c>kms</c>, and its answers are checked as <c>kms</c> checks them.</summary>
internal sealed class Speaker : IDisposable
{
    private readonly Asked _asked;
    private readonly KmsPeer _kms;
    private readonly Anchor _anchor;

    public Speaker(DomainName name, Asked asked, SealKind authentication, KeyImporter importer)
    {
        (Name, _asked) = (name, asked);
        TrustAnchor anchor = new(asked.Anchor, asked.AnchorDomain, [asked.AnchorKey]);
        _kms = new KmsPeer(
            new KmsClientConfiguration { Name = name, Key = Key, Kms = new AskedKms(asked.Name, [asked.Dns], [asked.Key]), TrustAnchors = [anchor], Authentication = authentication }, importer);
        _anchor = new Anchor(anchor, importer);
    }

    public DomainName Name { get; }

    public SigningKey Key { get; } = KeyImporter.Generate();

    /// <summary>The record that publishes its key.</summary>
    public KeyRecord Record => new(Name, Use.Identity, Key.PublicKey, null, null);

    /// <summary>A new inquiry, as a packet without a DNS ID.</summary>
    public byte[] Inquire(DomainName name) => Pack(name, Write(name));

    /// <summary>A new inquiry with a seal of nobody's.</summary>
    public byte[] Forge(DomainName name)
    {
        MessageText text = Write(name);
        byte[] seal = RandomNumberGenerator.GetBytes(text.Seal.Size);
        byte[] forged = [.. text.Covered, .. text.Seal.Kind == SealKind.Mac ? "; mac="u8 : "; sig="u8, .. System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(seal))];
        return Pack(name, forged);
    }

    /// <summary>What bears the head of an inquiry, and is none: it breaks off.</summary>
    public byte[] Break(DomainName name)
    {
        ReadOnlyMemory<byte> text = Write(name).Text;
        return Pack(name, text[..RandomNumberGenerator.GetInt32("v=KMS1; t=inquiry; "u8.Length, text.Length)]);
    }

    /// <summary>What is wrong with a response to an inquiry; null where everything is right: authentication, attestation, name, use and times.</summary>
    /// <param name="name">Whose key was asked for.</param>
    /// <param name="packet">The response.</param>
    /// <param name="isUnsolved">Whether there is no such key.</param>
    /// <param name="at">When it came; null: now.</param>
    public string? FindFault(DomainName name, byte[] packet, bool isUnsolved, DateTimeOffset? at = null)
    {
        if (!DnsMessage.TryRead(packet, out DnsMessage? response, out DnsFault fault)) return $"the packet is malformed ({fault})";
        if (!ResponseMessages.TryRead(response, out ResponseMessages? messages, out string? detail)) return detail;
        ResponseChecks checks = new(_kms, _anchor, new KeyQuestion(name, Use.Identity, _asked.Anchor));
        if (!checks.TryPass(messages, at ?? TimeProvider.System.GetUtcNow(), out _, out Check failed, out detail)) return $"{failed}: {detail}";
        return messages.Attestation is null == isUnsolved ? null : isUnsolved ? "a key of a name that has none" : "no attestation";
    }

    public void Dispose() => Key.Dispose();

    private static byte[] Pack(DomainName name, MessageText text) => Pack(name, text.Text);

    private static byte[] Pack(DomainName name, ReadOnlyMemory<byte> text) => KmsPacket.Request(0, name.Value, text).ToArray(DnsMessage.MaximumLength);

    private MessageText Write(DomainName name) => _kms.Seal(new Inquiry(
        name, Use.Identity, _asked.Anchor, new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, Spec.DnsPort), Name, _asked.Name,
        new InquiryId(RandomNumberGenerator.GetBytes(InquiryId.Size)), TimeProvider.System.GetUtcNow(), KmsPath.None));
}
