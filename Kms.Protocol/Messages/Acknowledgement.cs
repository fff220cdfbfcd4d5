namespace Kms.Protocol;

/// <summary>Says that a one-way request has arrived and was accepted. A plain empty response says nothing: any DNS server gives one.</summary>
/// <param name="Of">The digest of the request's text.</param>
public sealed record Acknowledgement(Digest Of) : Message
{
    internal static ReadOnlySpan<byte> TypeName => "ack"u8;

    /// <inheritdoc/>
    public override MessageType Type => MessageType.Acknowledgement;

    internal static Acknowledgement Read(ref TagReader tags, out Seal seal)
    {
        Acknowledgement acknowledgement = new(tags.Digest("of"u8));
        seal = tags.End(SealRule.None);
        return acknowledgement;
    }

    internal override void Write(ref TagWriter tags)
    {
        tags.Head(TypeName);
        tags.Digest("of"u8, Of);
    }
}
