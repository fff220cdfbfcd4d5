using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace Kms.Protocol;

/// <summary>
/// A message with the text that carried it, or will carry it: what is parsed, signed, sent and digested is this text,
/// never one formatted a second time (docs/PROTOCOL.md section 3).
/// </summary>
public sealed class MessageText
{
    private StrongBox<Digest>? _digest; // a reference, so that threads that share the text never see half a digest

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

    /// <summary>The 64 bytes of the signature or the 32 of the MAC, read from the text; none where there is no seal.</summary>
    public byte[] SealValue()
    {
        byte[] value = new byte[Seal.Size];
        CopySealTo(value);
        return value;
    }

    /// <summary>The SHA-256 of the text: what <c>of</c> tags hold.</summary>
    public Digest Digest => (_digest ??= new StrongBox<Digest>(Digest.Of(Text.Span))).Value;

    /// <summary>Reads a message. Whatever is read would be written with the same bytes.</summary>
    /// <param name="text">The joined TXT data. It is kept, not copied: the caller must not change it.</param>
    /// <param name="result">The message, with this very text.</param>
    /// <param name="fault">Why it is none; meaningless on success.</param>
    public static bool TryParse(ReadOnlyMemory<byte> text, [NotNullWhen(true)] out MessageText? result, out MessageFault fault)
    {
        result = null;
        if (!Message.TryParse(text.Span, out Message? message, out Seal seal, out fault)) return false;
        result = new MessageText(message, text, seal);
        return true;
    }

    /// <summary>Writes a message that nobody authenticates: an <c>ack</c> or a <c>key</c>. Parts of a second are cut off.</summary>
    /// <exception cref="InvalidOperationException">A bug of the caller's: the message contradicts the grammar of its type.</exception>
    public static MessageText Of(Message message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Span<byte> buffer = stackalloc byte[Spec.MaximumTextLength];
        TagWriter writer = new(buffer);
        message.Write(ref writer);
        if (writer.Overflowed) throw new InvalidOperationException($"A message of type {message.Type} does not fit {Spec.MaximumTextLength} characters.");
        return ReadBack(message.Type, buffer[..writer.Length].ToArray());
    }

    /// <summary>Writes and signs a message. Parts of a second are cut off.</summary>
    /// <returns>False where it would pass <see cref="Spec.MaximumTextLength"/>.</returns>
    /// <exception cref="InvalidOperationException">A bug of the caller's: the message contradicts the grammar of its type.</exception>
    public static bool TrySign(Message message, SigningKey key, [NotNullWhen(true)] out MessageText? result)
    {
        ArgumentNullException.ThrowIfNull(key);
        return TrySeal(message, SealKind.Signature, "sig"u8, key.Sign, out result);
    }

    /// <summary>Writes a message and authenticates it with the pairwise key. Parts of a second are cut off.</summary>
    /// <returns>False where it would pass <see cref="Spec.MaximumTextLength"/>.</returns>
    /// <exception cref="InvalidOperationException">A bug of the caller's: the message contradicts the grammar of its type.</exception>
    public static bool TryAuthenticate(Message message, PairwiseKey key, [NotNullWhen(true)] out MessageText? result)
    {
        ArgumentNullException.ThrowIfNull(key);
        return TrySeal(message, SealKind.Mac, "mac"u8, key.Authenticate, out result);
    }

    /// <summary>The same message for another receiver: its text with the MAC of another pairwise key. Nothing is written or read anew.</summary>
    /// <exception cref="InvalidOperationException">A bug of the caller's: the text is not authenticated with a MAC.</exception>
    public MessageText AuthenticatedAnew(PairwiseKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (Seal.Kind != SealKind.Mac) throw new InvalidOperationException($"A message of type {Message.Type} that bears no MAC gets none anew.");
        byte[] text = Text.ToArray();
        Span<byte> mac = stackalloc byte[PairwiseKey.MacSize];
        key.Authenticate(Covered, mac);
        Base64.EncodeToUtf8(mac, text.AsSpan(Seal.ValueStart), out _, out _);
        return new MessageText(Message, text, Seal);
    }

    /// <summary>Whether the text is signed by the owner of <paramref name="key"/>.</summary>
    public bool IsSignedBy(VerificationKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> value = stackalloc byte[Seal.MaximumSize];
        return Seal.Kind == SealKind.Signature && key.Verify(Covered, value[..CopySealTo(value)]);
    }

    /// <summary>Whether the text is authenticated by the other owner of <paramref name="key"/>.</summary>
    public bool IsAuthenticatedBy(PairwiseKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> value = stackalloc byte[Seal.MaximumSize];
        return Seal.Kind == SealKind.Mac && key.Verify(Covered, value[..CopySealTo(value)]);
    }

    /// <inheritdoc/>
    public override string ToString() => Encoding.ASCII.GetString(Text.Span);

    /// <summary>The text keeps the seal; a copy of its bytes would only take room in every table.</summary>
    private int CopySealTo(Span<byte> value)
    {
        if (Seal.Kind != SealKind.None) Base64.DecodeFromUtf8(Text.Span[Seal.ValueStart..], value, out _, out _);
        return Seal.Size;
    }

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
        result = ReadBack(message.Type, buffer[..writer.Length].ToArray());
        return true;
    }

    /// <summary>The text says what the receiver will read, so a message that nobody could read is found here and not there.</summary>
    private static MessageText ReadBack(MessageType type, byte[] text) =>
        TryParse(text, out MessageText? result, out MessageFault fault)
            ? result
            : throw new InvalidOperationException($"A message of type {type} was written against its grammar ({fault}).");
}
