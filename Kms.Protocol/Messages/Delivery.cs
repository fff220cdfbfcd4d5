using System.Collections.Immutable;

namespace Kms.Protocol;

/// <summary>
/// Brings the KMS that waits what came of its inquiry: arrow 86 of Fig. 8. An attested one goes straight to
/// <c>reply</c>, its attestation beside it; an unsolved one goes back the way the inquiry came.
/// </summary>
/// <param name="Name">The host: the seed's D(B).</param>
/// <param name="Use">What the key is for.</param>
/// <param name="Kms">The trust anchor.</param>
/// <param name="From">Who sends this delivery.</param>
/// <param name="To">The receiver: the first name of <paramref name="Path"/> if attested, of <paramref name="Back"/> if unsolved.</param>
/// <param name="Id">The id of the inquiry.</param>
/// <param name="At">When the sender wrote it.</param>
/// <param name="Path">The path as it came to the KMS that ended the inquiry.</param>
/// <param name="Back">Unsolved only: the names still to be passed on the way back, the receiver first; a tail of the path from its end to its start.</param>
/// <param name="Result">Attested or unsolved.</param>
/// <param name="Of">Attested only: the digest of the attestation beside it.</param>
/// <param name="Reason">Unsolved only: why.</param>
public sealed record Delivery(
    DomainName Name, Use Use, DomainName Kms, DomainName From, DomainName To, InquiryId Id, DateTimeOffset At, KmsPath Path,
    ImmutableArray<DomainName> Back, DeliveryResult Result, Digest? Of, Reason? Reason)
    : Request(Name, Use, Kms, From, To, Id, At, Path)
{
    internal static ReadOnlySpan<byte> TypeName => "delivery"u8;

    /// <inheritdoc/>
    public override MessageType Type => MessageType.Delivery;

    /// <summary>Whether two deliveries say the same. An immutable array by itself is equal only to itself.</summary>
    public bool Equals(Delivery? other) => base.Equals(other)
        && Back.AsSpan().SequenceEqual(other.Back.AsSpan()) && Result == other.Result && Of == other.Of && Reason == other.Reason;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Back.Length, Result, Of, Reason);

    internal static Delivery Read(ref TagReader tags, out Seal seal)
    {
        Delivery delivery = new(
            tags.Name("name"u8),
            tags.OptionalUse(),
            tags.Name("kms"u8),
            tags.Name("from"u8),
            tags.Name("to"u8),
            tags.Id(),
            tags.Time("at"u8),
            tags.Path(),
            tags.OptionalNames("back"u8),
            (DeliveryResult)tags.Word("result"u8, Words.Results),
            tags.OptionalDigest("of"u8),
            (Reason?)tags.OptionalWord("reason"u8, Words.Reasons));
        seal = tags.End(SealRule.SignatureOrMac);
        tags.Require(delivery.Result == DeliveryResult.Attested
            ? delivery.Of is not null && delivery.Reason is null && delivery.Back.IsEmpty && delivery.To == delivery.Path.First
            : delivery.Of is null && delivery.Reason is not null && !delivery.Back.IsEmpty && delivery.To == delivery.Back[0]
                && delivery.Path.WayBack().AsSpan().EndsWith(delivery.Back.AsSpan()));
        return delivery;
    }

    internal override void Write(ref TagWriter tags)
    {
        tags.Head(TypeName);
        tags.Name("name"u8, Name);
        tags.OptionalUse(Use);
        tags.Name("kms"u8, Kms);
        tags.Name("from"u8, From);
        tags.Name("to"u8, To);
        tags.Id(Id);
        tags.Time("at"u8, At);
        tags.Path(Path);
        tags.OptionalNames("back"u8, Back);
        tags.Text("result"u8, Words.Results[(int)Result]);
        tags.Digest("of"u8, Of);
        if (Reason is { } reason) tags.Text("reason"u8, Words.Reasons[(int)reason]);
    }
}
