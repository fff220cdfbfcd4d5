namespace Kms.Protocol;

/// <summary>
/// One row of the key table, signed by the trust anchor: the seed's signature by KMS(A) over [D(B), S(B), D(KMS(A))].
/// It stands alone and can be checked by anyone (arrows 86 and 87 of Fig. 8).
/// </summary>
/// <param name="Name">The host: the seed's D(B).</param>
/// <param name="Use">What the key is for.</param>
/// <param name="Key">The host's key: the seed's S(B).</param>
/// <param name="Kms">Who attests it: the seed's D(KMS(A)).</param>
/// <param name="At">When the KMS that serves the name read the key from its zone: attestations stand in the order in which the key changed.</param>
/// <param name="Expires">The first second at which it no longer counts.</param>
public sealed record Attestation(DomainName Name, Use Use, PublicKey Key, DomainName Kms, DateTimeOffset At, DateTimeOffset Expires) : Message
{
    internal static ReadOnlySpan<byte> TypeName => "attestation"u8;

    /// <inheritdoc/>
    public override MessageType Type => MessageType.Attestation;

    /// <summary>The question that this attestation answers.</summary>
    public KeyQuestion Question => new(Name, Use, Kms);

    internal static Attestation Read(ref TagReader tags, out Seal seal)
    {
        Attestation attestation = new(
            tags.Name("name"u8),
            tags.OptionalUse(),
            tags.Key(),
            tags.Name("kms"u8),
            tags.Time("at"u8),
            tags.Time("exp"u8));
        seal = tags.End(SealRule.Signature);
        tags.Require(attestation.At < attestation.Expires);
        return attestation;
    }

    internal override void Write(ref TagWriter tags)
    {
        tags.Head(TypeName);
        tags.Name("name"u8, Name);
        tags.OptionalUse(Use);
        tags.Key(Key);
        tags.Name("kms"u8, Kms);
        tags.Time("at"u8, At);
        tags.Time("exp"u8, Expires);
    }
}
