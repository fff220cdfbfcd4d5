namespace Kms.Protocol;

/// <summary>
/// A host's key as it stands in the zone, a TXT record at <c>_kms.&lt;host&gt;</c> (docs/PROTOCOL.md section 7, "Keys of
/// hosts"). Nobody authenticates it: the zone is the KMS's own.
/// </summary>
/// <param name="Name">The host.</param>
/// <param name="Use">What the key is for.</param>
/// <param name="Key">The key: the seed's S(B).</param>
/// <param name="NotBefore">The first second at which it counts, if any.</param>
/// <param name="Expires">The first second at which it no longer counts, if any.</param>
public sealed record KeyRecord(DomainName Name, Use Use, PublicKey Key, DateTimeOffset? NotBefore, DateTimeOffset? Expires) : Message
{
    internal static ReadOnlySpan<byte> TypeName => "key"u8;

    /// <inheritdoc/>
    public override MessageType Type => MessageType.KeyRecord;

    /// <summary>The owner name of the record: <c>_kms.</c> and the host.</summary>
    public static string OwnerOf(DomainName host) => "_kms." + host.Value;

    /// <summary>Whether the key counts at a time.</summary>
    public bool IsValidAt(DateTimeOffset time) => !(time < NotBefore) && !(time >= Expires);

    internal static KeyRecord Read(ref TagReader tags, out Seal seal)
    {
        KeyRecord record = new(
            tags.Name("name"u8),
            tags.OptionalUse(),
            tags.Key(),
            tags.OptionalTime("nbf"u8),
            tags.OptionalTime("exp"u8));
        seal = tags.End(SealRule.None);
        tags.Require(!(record.NotBefore >= record.Expires));
        return record;
    }

    internal override void Write(ref TagWriter tags)
    {
        tags.Head(TypeName);
        tags.Name("name"u8, Name);
        tags.OptionalUse(Use);
        tags.Key(Key);
        tags.Time("nbf"u8, NotBefore);
        tags.Time("exp"u8, Expires);
    }
}
