using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Net;

namespace Kms.Protocol;

/// <summary>
/// Reads the tags of a message in the specification's order. The first failure sticks: after it every read returns
/// <c>default</c>, so a message's reader is its grammar and has no error ladder (docs/PROTOCOL.md section 3).
/// </summary>
internal ref struct TagReader
{
    private readonly ReadOnlySpan<byte> _text;
    private int _position; // at the first character of the next tag, or at the end

    public TagReader(ReadOnlySpan<byte> text, int position)
    {
        _text = text;
        _position = position;
        Failed = false;
        Fault = default;
    }

    public bool Failed { get; private set; }

    /// <summary>The first failure; meaningless unless <see cref="Failed"/>.</summary>
    public MessageFault Fault { get; private set; }

    public DomainName Name(ReadOnlySpan<byte> tag)
    {
        if (!Take(tag, out ReadOnlySpan<byte> value)) return default;
        return DomainName.TryParse(value, out DomainName name) ? name : Refuse<DomainName>();
    }

    public Use OptionalUse()
    {
        if (!TakeOptional("use"u8, out ReadOnlySpan<byte> value)) return default;
        return Protocol.Use.TryParse(value, out Use use) ? use : Refuse<Use>();
    }

    public IPEndPoint Endpoint(ReadOnlySpan<byte> tag)
    {
        if (!Take(tag, out ReadOnlySpan<byte> value)) return null!;
        return EndpointText.TryParse(value, out IPEndPoint? endpoint) ? endpoint : Refuse<IPEndPoint>()!;
    }

    public InquiryId Id()
    {
        Span<byte> bytes = stackalloc byte[InquiryId.Size];
        return Take("id"u8, out ReadOnlySpan<byte> value) && DecodeExactly(value, bytes) ? new InquiryId(bytes) : default;
    }

    public Digest Digest(ReadOnlySpan<byte> tag)
    {
        Span<byte> bytes = stackalloc byte[Protocol.Digest.Size];
        return Take(tag, out ReadOnlySpan<byte> value) && DecodeExactly(value, bytes) ? new Digest(bytes) : default;
    }

    public Digest? OptionalDigest(ReadOnlySpan<byte> tag) => IsNext(tag) ? Digest(tag) : null;

    public DateTimeOffset Time(ReadOnlySpan<byte> tag)
    {
        if (!Take(tag, out ReadOnlySpan<byte> value)) return default;
        bool valid = Utf8Parser.TryParse(value, out long seconds, out int used) && used == value.Length
            && value[0] is >= (byte)'0' and <= (byte)'9' && (value[0] != '0' || value.Length == 1)
            && seconds <= Spec.MaximumTime;
        return valid ? DateTimeOffset.FromUnixTimeSeconds(seconds) : Refuse<DateTimeOffset>();
    }

    public DateTimeOffset? OptionalTime(ReadOnlySpan<byte> tag) => IsNext(tag) ? Time(tag) : null;

    public PublicKey Key()
    {
        if (!Take("key"u8, out ReadOnlySpan<byte> value)) return null!;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Base64.GetMaxDecodedFromUtf8Length(value.Length));
        try
        {
            return TryDecode(value, buffer, out int length) && PublicKey.TryRead(buffer.AsSpan(0, length), out PublicKey? key)
                ? key
                : Refuse<PublicKey>()!;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public KmsPath Path() =>
        Take("path"u8, out ReadOnlySpan<byte> value) && (KmsPath.TryParse(value, out KmsPath path) || Refuse<bool>()) ? path : KmsPath.None;

    public KmsPath OptionalPath() => IsNext("path"u8) ? Path() : KmsPath.None;

    public ImmutableArray<DomainName> OptionalNames(ReadOnlySpan<byte> tag)
    {
        if (!TakeOptional(tag, out ReadOnlySpan<byte> value)) return [];
        if (KmsPath.TryParseNames(value, out ImmutableArray<DomainName> names)) return names;
        Refuse<bool>();
        return [];
    }

    /// <summary>One of a few words; the word's number in <paramref name="words"/> is the value.</summary>
    public int Word(ReadOnlySpan<byte> tag, ReadOnlySpan<string> words)
    {
        if (!Take(tag, out ReadOnlySpan<byte> value)) return 0;
        for (int i = 0; i < words.Length; i++)
        {
            if (System.Text.Ascii.Equals(value, words[i])) return i;
        }
        return Refuse<int>();
    }

    public int? OptionalWord(ReadOnlySpan<byte> tag, ReadOnlySpan<string> words) => IsNext(tag) ? Word(tag, words) : null;

    /// <summary>Values that contradict each other.</summary>
    public void Require(bool condition)
    {
        if (!condition) Fail(MessageFault.Combination);
    }

    /// <summary>Reads what ends the message: the seal that <paramref name="rule"/> asks for, and nothing behind it.</summary>
    public Seal End(SealRule rule)
    {
        if (Failed) return Seal.None;
        int covered = Math.Max(0, _position - 2); // without the "; " before the seal
        SealKind kind = IsNext("sig"u8) ? SealKind.Signature : IsNext("mac"u8) ? SealKind.Mac : SealKind.None;
        bool allowed = kind switch
        {
            SealKind.None => rule == SealRule.None,
            SealKind.Mac => rule == SealRule.SignatureOrMac,
            _ => rule != SealRule.None,
        };
        if (kind == SealKind.None)
        {
            // What is left is a tag that has no place here, or nothing at all.
            if (_position < _text.Length) Fail(MessageFault.Tag);
            else if (!allowed) Fail(MessageFault.Seal);
            return Seal.None;
        }
        if (!allowed)
        {
            Fail(MessageFault.Seal);
            return Seal.None;
        }
        Take(kind == SealKind.Signature ? "sig"u8 : "mac"u8, out ReadOnlySpan<byte> value);
        Span<byte> bytes = stackalloc byte[Seal.SizeOf(kind)];
        if (!Failed && !DecodeExactly(value, bytes)) Fault = MessageFault.Seal;
        if (!Failed && _position < _text.Length) Fail(MessageFault.Tag);
        return Failed ? Seal.None : new Seal(kind, covered);
    }

    private readonly bool IsNext(ReadOnlySpan<byte> tag)
    {
        ReadOnlySpan<byte> rest = _text[_position..];
        return !Failed && rest.Length > tag.Length && rest.StartsWith(tag) && rest[tag.Length] == '=';
    }

    private bool TakeOptional(ReadOnlySpan<byte> tag, out ReadOnlySpan<byte> value)
    {
        value = default;
        return IsNext(tag) && Take(tag, out value);
    }

    private bool Take(ReadOnlySpan<byte> tag, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (Failed) return false;
        if (!IsNext(tag)) return Fail(MessageFault.Tag);
        ReadOnlySpan<byte> rest = _text[(_position + tag.Length + 1)..];
        int end = rest.IndexOf((byte)';');
        value = end < 0 ? rest : rest[..end];
        if (value.IsEmpty) return Fail(MessageFault.Value);
        _position += tag.Length + 1 + value.Length;
        if (end < 0) return true;

        // Between two tags stand "; " and then a tag: nothing else, and never at the end.
        if (end + 2 >= rest.Length || rest[end + 1] != ' ') return Fail(MessageFault.Tag);
        _position += 2;
        return true;
    }

    private bool DecodeExactly(ReadOnlySpan<byte> value, scoped Span<byte> bytes)
    {
        Span<byte> buffer = stackalloc byte[Seal.MaximumSize + 3];
        if (value.Length == Base64.GetMaxEncodedToUtf8Length(bytes.Length)
            && TryDecode(value, buffer, out int length) && length == bytes.Length)
        {
            buffer[..length].CopyTo(bytes);
            return true;
        }
        return Fail(MessageFault.Value);
    }

    /// <summary>Standard base64, padded. The platform's decoder skips white space and takes stray bits: only the one spelling passes.</summary>
    private static bool TryDecode(ReadOnlySpan<byte> value, Span<byte> destination, out int length)
    {
        if (Base64.DecodeFromUtf8(value, destination, out int consumed, out length) != OperationStatus.Done || consumed != value.Length) return false;
        byte[] again = ArrayPool<byte>.Shared.Rent(Base64.GetMaxEncodedToUtf8Length(length));
        try
        {
            Base64.EncodeToUtf8(destination[..length], again, out _, out int written);
            return value.SequenceEqual(again.AsSpan(0, written));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(again);
        }
    }

    private T? Refuse<T>()
    {
        Fail(MessageFault.Value);
        return default;
    }

    private bool Fail(MessageFault fault)
    {
        if (Failed) return false;
        Failed = true;
        Fault = fault;
        return false;
    }
}
