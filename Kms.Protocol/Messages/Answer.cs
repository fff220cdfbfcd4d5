namespace Kms.Protocol;

/// <summary>
/// Tells a host that the attestation beside it is what it asked for: arrow 87 of Fig. 8. It names no host, so a signed
/// one serves every host until near its end.
/// </summary>
/// <param name="Name">The host whose key was asked for: the seed's D(B).</param>
/// <param name="Use">What the key is for.</param>
/// <param name="Kms">The trust anchor.</param>
/// <param name="From">The KMS that answers: the seed's D(KMS1).</param>
/// <param name="Of">The digest of the attestation beside it.</param>
/// <param name="Path">As it came to the KMS that ended the inquiry; none where the asked KMS needed nobody.</param>
/// <param name="At">When it was written.</param>
/// <param name="Expires">The first second at which it no longer counts; never beyond the attestation's.</param>
public sealed record Answer(
    DomainName Name, Use Use, DomainName Kms, DomainName From, Digest Of, KmsPath Path, DateTimeOffset At, DateTimeOffset Expires) : Message
{
    internal static ReadOnlySpan<byte> TypeName => "answer"u8;

    /// <inheritdoc/>
    public override MessageType Type => MessageType.Answer;

    /// <summary>The question that this answers.</summary>
    public KeyQuestion Question => new(Name, Use, Kms);

    internal static Answer Read(ref TagReader tags, out Seal seal)
    {
        Answer answer = new(
            tags.Name("name"u8),
            tags.OptionalUse(),
            tags.Name("kms"u8),
            tags.Name("from"u8),
            tags.Digest("of"u8),
            tags.OptionalPath(),
            tags.Time("at"u8),
            tags.Time("exp"u8));
        seal = tags.End(SealRule.SignatureOrMac);
        tags.Require(answer.At < answer.Expires);
        return answer;
    }

    internal override void Write(ref TagWriter tags)
    {
        tags.Head(TypeName);
        tags.Name("name"u8, Name);
        tags.OptionalUse(Use);
        tags.Name("kms"u8, Kms);
        tags.Name("from"u8, From);
        tags.Digest("of"u8, Of);
        tags.Path(Path);
        tags.Time("at"u8, At);
        tags.Time("exp"u8, Expires);
    }
}
