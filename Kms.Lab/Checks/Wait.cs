using Kms.Protocol;

namespace Kms.Lab;

/// <summary>A KMS that waits for a delivery about B, and the deliveries that anybody could send it who has heard of the inquiry.</summary>
/// <param name="hierarchy">Where.</param>
/// <param name="genuine">The genuine delivery, which was lost.</param>
internal sealed class Wait(Hierarchy hierarchy, Delivery genuine)
{
    private readonly DateTimeOffset _now = UnixTime.Floor(hierarchy.Time.GetUtcNow());

    /// <summary>B's key.</summary>
    public PublicKey Key => hierarchy.B.Key.PublicKey;

    /// <summary>What is waited for: an attestation of B's key, read now.</summary>
    public MessageText Good => Attest(Key);

    /// <summary>An attestation in B's name, well signed by the anchor.</summary>
    /// <param name="key">The key.</param>
    /// <param name="at">When it was read, from now.</param>
    /// <param name="expires">When it ends, from now; null: an hour from now.</param>
    public MessageText Attest(PublicKey key, TimeSpan at = default, TimeSpan? expires = null) => hierarchy.Top.Sign(Attestation(key, at, expires));

    /// <summary>A delivery from anybody: its authority is the attestation.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="attestation">The attestation that it binds.</param>
    /// <param name="beside">The one that stands beside it; null: the same.</param>
    /// <param name="id">Its id; null: the right one.</param>
    public DnsMessage Deliver(Party from, MessageText attestation, MessageText? beside = null, InquiryId? id = null) => Forge.Packet(
        from.Sign(genuine with { From = from.Name, At = _now, Id = id ?? genuine.Id, Of = attestation.Digest }), beside ?? attestation);

    /// <summary>A delivery of an attestation of the sender's own key, signed by the sender in the anchor's name.</summary>
    public DnsMessage DeliverForged(Party from) => Deliver(from, from.Sign(Attestation(from.Key.PublicKey, default, null)));

    /// <summary>The good attestation with one byte of the key changed, with another r, and with n − s.</summary>
    public IEnumerable<MessageText> Altered()
    {
        MessageText good = Good;
        byte[] key = Key.Info.ToArray();
        key[^1] ^= 1;
        if (PublicKey.TryRead(key, out PublicKey? other))
            yield return Read(System.Text.Encoding.ASCII.GetBytes(good.ToString().Replace(Key.ToString(), other.ToString(), StringComparison.Ordinal)));
        yield return Read(Forge.WithSignature(good, Forge.OtherR(good.SealValue())));
        yield return Read(Forge.WithSignature(good, Forge.OtherS(good.SealValue())));
    }

    private Attestation Attestation(PublicKey key, TimeSpan at, TimeSpan? expires) =>
        new(hierarchy.B.Name, Use.Identity, key, hierarchy.Top.Name, _now + at, _now + (expires ?? Hierarchy.AttestationLifetime));

    private static MessageText Read(ReadOnlyMemory<byte> text) =>
        MessageText.TryParse(text, out MessageText? message, out MessageFault fault) ? message : throw new InvalidOperationException($"The altered text is malformed: {fault}.");
}
