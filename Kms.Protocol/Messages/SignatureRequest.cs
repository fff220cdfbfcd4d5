using System.Net;

namespace Kms.Protocol;

/// <summary>Asks the trust anchor to attest a key: arrows 84 and 85 of Fig. 8.</summary>
/// <param name="Name">The host: the seed's D(B).</param>
/// <param name="Use">What the key is for.</param>
/// <param name="Kms">The trust anchor: the seed's KMS(A).</param>
/// <param name="Reply">Where the delivery goes: the seed's IP(KMS1).</param>
/// <param name="Key">The key to attest: the seed's S(B).</param>
/// <param name="KeyAt">When the KMS that serves the name read the key from its zone; passed on unchanged.</param>
/// <param name="KeyExpires">When the published key ends, if it does; passed on unchanged.</param>
/// <param name="From">The sender: a lower KMS whose domain holds the name.</param>
/// <param name="To">The receiver.</param>
/// <param name="Id">From whoever started the inquiry.</param>
/// <param name="At">When the sender wrote it.</param>
/// <param name="Path">Both legs; the last name of the second is <paramref name="From"/>.</param>
public sealed record SignatureRequest(
    DomainName Name, Use Use, DomainName Kms, IPEndPoint Reply, PublicKey Key, DateTimeOffset KeyAt, DateTimeOffset? KeyExpires,
    DomainName From, DomainName To, InquiryId Id, DateTimeOffset At, KmsPath Path)
    : Request(Name, Use, Kms, From, To, Id, At, Path)
{
    internal static ReadOnlySpan<byte> TypeName => "sign"u8;

    /// <inheritdoc/>
    public override MessageType Type => MessageType.SignatureRequest;

    internal static SignatureRequest Read(ref TagReader tags, out Seal seal)
    {
        SignatureRequest request = new(
            tags.Name("name"u8),
            tags.OptionalUse(),
            tags.Name("kms"u8),
            tags.Endpoint("reply"u8),
            tags.Key(),
            tags.Time("kat"u8),
            tags.OptionalTime("kexp"u8),
            tags.Name("from"u8),
            tags.Name("to"u8),
            tags.Id(),
            tags.Time("at"u8),
            tags.Path());
        seal = tags.End(SealRule.SignatureOrMac);
        tags.Require(!request.Path.SignatureLeg.IsEmpty && request.Path.Last == request.From && !(request.KeyAt >= request.KeyExpires));
        return request;
    }

    internal override void Write(ref TagWriter tags)
    {
        tags.Head(TypeName);
        tags.Name("name"u8, Name);
        tags.OptionalUse(Use);
        tags.Name("kms"u8, Kms);
        tags.Endpoint("reply"u8, Reply);
        tags.Key(Key);
        tags.Time("kat"u8, KeyAt);
        tags.Time("kexp"u8, KeyExpires);
        tags.Name("from"u8, From);
        tags.Name("to"u8, To);
        tags.Id(Id);
        tags.Time("at"u8, At);
        tags.Path(Path);
    }
}
