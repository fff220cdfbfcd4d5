using System.Net;

namespace Kms.Protocol;

/// <summary>Asks for the key of a host: arrows 81 (from a host), 82 and 83 (from a KMS) of Fig. 8.</summary>
/// <param name="Name">The host whose key is asked for: the seed's D(B).</param>
/// <param name="Use">What the key is for.</param>
/// <param name="Kms">The trust anchor: the seed's KMS(A).</param>
/// <param name="Reply">Address of who waits: the seed's IP(A), or IP(KMS1), where the delivery goes.</param>
/// <param name="From">The sender: a host of the receiver's domain, or a neighbour.</param>
/// <param name="To">The KMS that is asked.</param>
/// <param name="Id">From whoever started the inquiry.</param>
/// <param name="At">When the sender wrote it.</param>
/// <param name="Path">None from a host; from a KMS one leg, whose last name is <paramref name="From"/>.</param>
public sealed record Inquiry(
    DomainName Name, Use Use, DomainName Kms, IPEndPoint Reply, DomainName From, DomainName To, InquiryId Id, DateTimeOffset At, KmsPath Path)
    : Request(Name, Use, Kms, From, To, Id, At, Path)
{
    internal static ReadOnlySpan<byte> TypeName => "inquiry"u8;

    /// <inheritdoc/>
    public override MessageType Type => MessageType.Inquiry;

    internal static Inquiry Read(ref TagReader tags, out Seal seal)
    {
        Inquiry inquiry = new(
            tags.Name("name"u8),
            tags.OptionalUse(),
            tags.Name("kms"u8),
            tags.Endpoint("reply"u8),
            tags.Name("from"u8),
            tags.Name("to"u8),
            tags.Id(),
            tags.Time("at"u8),
            tags.OptionalPath());
        seal = tags.End(SealRule.SignatureOrMac);
        tags.Require(inquiry.Path.IsNone || (inquiry.Path.SignatureLeg.IsEmpty && inquiry.Path.Last == inquiry.From));
        return inquiry;
    }

    internal override void Write(ref TagWriter tags)
    {
        tags.Head(TypeName);
        tags.Name("name"u8, Name);
        tags.OptionalUse(Use);
        tags.Name("kms"u8, Kms);
        tags.Endpoint("reply"u8, Reply);
        tags.Name("from"u8, From);
        tags.Name("to"u8, To);
        tags.Id(Id);
        tags.Time("at"u8, At);
        tags.Path(Path);
    }
}
