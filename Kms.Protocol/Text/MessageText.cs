namespace Kms.Protocol;

/// <summary>
/// A message with the text that carried it, or will carry it: what is parsed, signed, sent and digested is this text,
/// never one formatted a second time (docs/PROTOCOL.md section 3).
/// </summary>
public sealed class MessageText
{
    /// <summary>A boxed <see cref="Protocol.Digest"/>: one reference, so that threads that compute it at once never read half of it.</summary>
    private object? _digest;

    private MessageText(Message message, ReadOnlyMemory<byte> text, Seal seal)
    {
        Message = message;
        Text = text;
        Seal = seal;
    }

    /// <summary>What the text says.</summary>
    public Message Message { get; }

    /// <summary>The whole text, seal included: ASCII, <see cref="Spec.MaximumTextLength"/> bytes at most.</summary>
    public ReadOnlyMemory<byte> Text { get; }

    /// <summary>What authenticates it.</summary>
    public Seal Seal { get; }

    /// <summary>The part of the text that the seal covers; the whole of it where there is no seal.</summary>
    public ReadOnlySpan<byte> Covered => Seal.Kind == SealKind.None ? Text.Span : Text.Span[..Seal.CoveredLength];

    /// <summary>The SHA-256 of the text: what <c>of</c> tags hold.</summary>
    public Digest Digest => (Digest)(_digest ??= Digest.Of(Text.Span));

    /// <summary>Reads a message. Whatever is read would be written with the same bytes.</summary>
    /// <param name="text">The joined TXT data. It is kept, not copied: the caller must not change it.</param>
    /// <param name="result">The message, with this very text.</param>
    /// <param name="fault">Why it is none; meaningless on success.</param>
    public static bool TryParse(ReadOnlyMemory<byte> text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out MessageText? result, out MessageFault fault)
    {
        result = null;
        if (!Message.TryParse(text.Span, out Message? message, out Seal seal, out fault)) return false;
        result = new MessageText(message, text, seal);
        return true;
    }

    /// <summary>Writes a message that nobody authenticates: an <c>ack</c> or a <c>key</c>.</summary>
    public static MessageText Of(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Span<byte> buffer = stackalloc byte[Spec.MaximumTextLength];
        TagWriter writer = new(buffer);
        message.Write(ref writer);
        if (writer.Overflowed) throw new InvalidOperationException($"A message of type {message.Type} does not fit {Spec.MaximumTextLength} characters.");
        return new MessageText(message, buffer[..writer.Length].ToArray(), Seal.None);
    }

    /// <summary>Writes and signs a message.</summary>
    /// <returns>False where it would pass <see cref="Spec.MaximumTextLength"/>.</returns>
    public static bool TrySign(Message message, SigningKey key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out MessageText? result)
    {
        ArgumentNullException.ThrowIfNull(key);
        return TrySeal(message, SealKind.Signature, "sig"u8, key.Sign, out result);
    }

    /// <summary>Writes a message and authenticates it with the pairwise key.</summary>
    /// <returns>False where it would pass <see cref="Spec.MaximumTextLength"/>.</returns>
    public static bool TryAuthenticate(Message message, PairwiseKey key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out MessageText? result)
    {
        ArgumentNullException.ThrowIfNull(key);
        return TrySeal(message, SealKind.Mac, "mac"u8, key.Authenticate, out result);
    }

    /// <summary>Whether the text is signed by the owner of <paramref name="key"/>.</summary>
    public bool IsSignedBy(VerificationKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Seal.Kind == SealKind.Signature && key.Verify(Covered, Seal.Value.Span);
    }

    /// <summary>Whether the text is authenticated by the other owner of <paramref name="key"/>.</summary>
    public bool IsAuthenticatedBy(PairwiseKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Seal.Kind == SealKind.Mac && key.Verify(Covered, Seal.Value.Span);
    }

    /// <inheritdoc/>
    public override string ToString() => System.Text.Encoding.ASCII.GetString(Text.Span);

    private delegate void Sealing(ReadOnlySpan<byte> covered, Span<byte> seal);

    private static bool TrySeal(Message message, SealKind kind, ReadOnlySpan<byte> tag, Sealing sealing, out MessageText? result)
    {
        ArgumentNullException.ThrowIfNull(message);
        result = null;
        Span<byte> buffer = stackalloc byte[Spec.MaximumTextLength];
        TagWriter writer = new(buffer);
        message.Write(ref writer);
        int covered = writer.Length;
        byte[] value = new byte[Seal.SizeOf(kind)];
        writer.Binary(tag, value); // reserves its place: every seal of a kind has one length
        if (writer.Overflowed) return false;

        sealing(buffer[..covered], value);
        TagWriter sealWriter = new(buffer[covered..]);
        sealWriter.Binary(tag, value);
        result = new MessageText(message, buffer[..writer.Length].ToArray(), new Seal(kind, value, covered));
        return true;
    }
}
