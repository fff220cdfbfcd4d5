using System.Buffers.Text;
using System.Collections.Immutable;
using System.Net;
using System.Text;

namespace Kms.Protocol;

/// <summary>Writes the tags of a message in the specification's order. What does not fit sticks in <see cref="Overflowed"/>.</summary>
internal ref struct TagWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    /// <summary>The number of bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>Whether a tag did not fit: the message would pass <see cref="Spec.MaximumTextLength"/>.</summary>
    public bool Overflowed { get; private set; }

    public void Head(ReadOnlySpan<byte> type)
    {
        Append(Message.Head);
        Append(type);
    }

    public void Name(ReadOnlySpan<byte> tag, DomainName name) => Text(tag, name.Value);

    public void OptionalUse(Use use)
    {
        if (!use.IsIdentity) Text("use"u8, use.Value);
    }

    public void Endpoint(ReadOnlySpan<byte> tag, IPEndPoint endpoint)
    {
        Span<byte> text = stackalloc byte[EndpointText.MaximumLength];
        Tag(tag);
        Append(text[..EndpointText.Format(endpoint, text)]);
    }

    public void Id(InquiryId id)
    {
        Span<byte> bytes = stackalloc byte[InquiryId.Size];
        id.CopyTo(bytes);
        Binary("id"u8, bytes);
    }

    public void Digest(ReadOnlySpan<byte> tag, Digest? digest)
    {
        if (digest is not { } present) return;
        Span<byte> bytes = stackalloc byte[Protocol.Digest.Size];
        present.CopyTo(bytes);
        Binary(tag, bytes);
    }

    public void Time(ReadOnlySpan<byte> tag, DateTimeOffset? time)
    {
        if (time is not { } present) return;
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(present.ToUnixTimeSeconds(), digits, out int length);
        Tag(tag);
        Append(digits[..length]);
    }

    public void Key(PublicKey key) => Binary("key"u8, key.Info.Span);

    public void Path(KmsPath path)
    {
        if (path.IsNone) return;
        Tag("path"u8);
        Names(path.InquiryLeg);
        if (path.SignatureLeg.Length == 0) return;
        Append("/"u8);
        Names(path.SignatureLeg);
    }

    public void OptionalNames(ReadOnlySpan<byte> tag, ImmutableArray<DomainName> names)
    {
        if (names.IsEmpty) return;
        Tag(tag);
        Names(names);
    }

    public void Text(ReadOnlySpan<byte> tag, string value)
    {
        Tag(tag);
        AppendAscii(value);
    }

    public void Binary(scoped ReadOnlySpan<byte> tag, scoped ReadOnlySpan<byte> bytes)
    {
        Tag(tag);
        if (Overflowed || Base64.GetMaxEncodedToUtf8Length(bytes.Length) > _destination.Length - Length)
        {
            Overflowed = true;
            return;
        }
        Base64.EncodeToUtf8(bytes, _destination[Length..], out _, out int written);
        Length += written;
    }

    private void Names(ImmutableArray<DomainName> names)
    {
        for (int i = 0; i < names.Length; i++)
        {
            if (i > 0) Append(","u8);
            AppendAscii(names[i].Value);
        }
    }

    private void Tag(scoped ReadOnlySpan<byte> tag)
    {
        Append("; "u8);
        Append(tag);
        Append("="u8);
    }

    private void AppendAscii(string text)
    {
        if (Overflowed || text.Length > _destination.Length - Length)
        {
            Overflowed = true;
            return;
        }
        Length += Encoding.ASCII.GetBytes(text, _destination[Length..]);
    }

    private void Append(scoped ReadOnlySpan<byte> bytes)
    {
        if (Overflowed || bytes.Length > _destination.Length - Length)
        {
            Overflowed = true;
            return;
        }
        bytes.CopyTo(_destination[Length..]);
        Length += bytes.Length;
    }
}
