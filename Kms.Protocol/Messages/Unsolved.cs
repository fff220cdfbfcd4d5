namespace Kms.Protocol;

/// <summary>Tells a host that the key could not be had, and why: step 45 of Fig. 4. One KMS's word, not the anchor's.</summary>
/// <param name="Name">The host whose key was asked for.</param>
/// <param name="Use">What the key is for.</param>
/// <param name="Kms">The trust anchor.</param>
/// <param name="From">The KMS that answers.</param>
/// <param name="Reason">Why.</param>
/// <param name="Path">As it came to the KMS that ended the inquiry; none where the asked KMS needed nobody.</param>
/// <param name="At">When it was written.</param>
/// <param name="Expires">The first second at which it no longer counts.</param>
public sealed record Unsolved(
    DomainName Name, Use Use, DomainName Kms, DomainName From, Reason Reason, KmsPath Path, DateTimeOffset At, DateTimeOffset Expires) : Message
{
    internal static ReadOnlySpan<byte> TypeName => "unsolved"u8;

    /// <inheritdoc/>
    public override MessageType Type => MessageType.Unsolved;

    /// <summary>The question that this answers.</summary>
    public KeyQuestion Question => new(Name, Use, Kms);

    internal static Unsolved Read(ref TagReader tags, out Seal seal)
    {
        Unsolved unsolved = new(
            tags.Name("name"u8),
            tags.OptionalUse(),
            tags.Name("kms"u8),
            tags.Name("from"u8),
            (Reason)tags.Word("reason"u8, Words.Reasons),
            tags.OptionalPath(),
            tags.Time("at"u8),
            tags.Time("exp"u8));
        seal = tags.End(SealRule.SignatureOrMac);
        tags.Require(unsolved.At < unsolved.Expires);
        return unsolved;
    }

    internal override void Write(ref TagWriter tags)
    {
        tags.Head(TypeName);
        tags.Name("name"u8, Name);
        tags.OptionalUse(Use);
        tags.Name("kms"u8, Kms);
        tags.Name("from"u8, From);
        tags.Text("reason"u8, Words.Reasons[(int)Reason]);
        tags.Path(Path);
        tags.Time("at"u8, At);
        tags.Time("exp"u8, Expires);
    }
}
