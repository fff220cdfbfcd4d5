using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Kms.Protocol;

/// <summary>An extended DNS error (RFC 8914): why a response is as it is. It is for people, and proves nothing.</summary>
/// <param name="Code">The code.</param>
/// <param name="Text">A text for people, possibly empty.</param>
public sealed record ExtendedError(ExtendedErrorCode Code, string Text = "")
{
    internal const ushort OptionCode = 15;

    /// <summary>The most bytes of a received text that are read.</summary>
    internal const int MaximumTextLength = 256;

    /// <summary>The EDNS option that carries this error.</summary>
    /// <returns>A new option.</returns>
    public EdnsOption ToOption()
    {
        byte[] data = new byte[2 + Encoding.UTF8.GetByteCount(Text)];
        BinaryPrimitives.WriteUInt16BigEndian(data, (ushort)Code);
        Encoding.UTF8.GetBytes(Text, data.AsSpan(2));
        return new EdnsOption(OptionCode, data);
    }

    /// <summary>
    /// Reads the option. Anybody can write its text, and somebody's terminal may show it: it is cut to <see cref="MaximumTextLength"/> bytes, and
    /// what is not printable (line ends, escape sequences, marks that turn the direction of writing) becomes U+FFFD.
    /// </summary>
    internal static ExtendedError? FromOption(EdnsOption option)
    {
        ReadOnlySpan<byte> data = option.Data.Span;
        if (option.Code != OptionCode || data.Length < 2) return null;
        // RFC 8914, section 2: the text may end in NUL, which is not part of it.
        ReadOnlySpan<byte> text = data[2..].TrimEnd((byte)0);
        return new ExtendedError(
            (ExtendedErrorCode)BinaryPrimitives.ReadUInt16BigEndian(data),
            Printable(text[..Math.Min(text.Length, MaximumTextLength)]));
    }

    private static string Printable(ReadOnlySpan<byte> utf8)
    {
        StringBuilder printable = new(utf8.Length);
        foreach (Rune rune in Encoding.UTF8.GetString(utf8).EnumerateRunes()) printable.Append((IsPrintable(rune) ? rune : Rune.ReplacementChar).ToString());
        return printable.ToString();
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
