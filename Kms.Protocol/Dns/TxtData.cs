using System.Diagnostics.CodeAnalysis;

namespace Kms.Protocol;

/// <summary>
/// The data of a TXT record: a text split into character-strings of at most 255 bytes, each after its length, and joined
/// with nothing between (docs/PROTOCOL.md, section 3).
/// </summary>
public static class TxtData
{
    private const int MaximumStringLength = 255;

    /// <summary>Splits a text into character-strings, all but the last of 255 bytes.</summary>
    /// <param name="text">The text; an empty one becomes one empty character-string.</param>
    /// <returns>The RDATA.</returns>
    public static byte[] Split(ReadOnlySpan<byte> text)
    {
        byte[] rdata = new byte[LengthOf(text.Length)];
        Split(text, rdata);
        return rdata;
    }

    /// <summary>The length of the RDATA of a text that is split.</summary>
    /// <param name="textLength">The length of the text, in bytes.</param>
    public static int LengthOf(int textLength) => textLength + Math.Max(1, (textLength + MaximumStringLength - 1) / MaximumStringLength);

    /// <summary>Splits a text into character-strings, all but the last of 255 bytes.</summary>
    /// <param name="text">The text; an empty one becomes one empty character-string.</param>
    /// <param name="rdata">Where they are written: <see cref="LengthOf"/> bytes.</param>
    public static void Split(ReadOnlySpan<byte> text, Span<byte> rdata)
    {
        do
        {
            int length = Math.Min(text.Length, MaximumStringLength);
            rdata[0] = (byte)length;
            text[..length].CopyTo(rdata[1..]);
            text = text[length..];
            rdata = rdata[(1 + length)..];
        }
        while (!text.IsEmpty);
    }

    /// <summary>Joins the character-strings of a TXT record.</summary>
    /// <param name="rdata">The RDATA.</param>
    /// <param name="text">The bytes of all character-strings, in order.</param>
    /// <returns>False when there is no character-string, or the last one is longer than what is left.</returns>
    public static bool TryJoin(ReadOnlySpan<byte> rdata, [NotNullWhen(true)] out byte[]? text)
    {
        text = null;
        if (rdata.IsEmpty) return false;
        int total = 0;
        for (int at = 0; at < rdata.Length; at += 1 + rdata[at])
        {
            if (rdata[at] > rdata.Length - at - 1) return false;
            total += rdata[at];
        }

        text = new byte[total];
        Span<byte> rest = text;
        for (int at = 0; at < rdata.Length; at += 1 + rdata[at])
        {
            rdata.Slice(at + 1, rdata[at]).CopyTo(rest);
            rest = rest[rdata[at]..];
        }

        return true;
    }

    /// <summary>Whether the joined text starts with a prefix; looks no further, and allocates nothing.</summary>
    /// <param name="rdata">The RDATA.</param>
    /// <param name="prefix">The prefix, however it is split.</param>
    /// <returns>True when it does. What follows the prefix may still be malformed.</returns>
    public static bool StartsWith(ReadOnlySpan<byte> rdata, ReadOnlySpan<byte> prefix)
    {
        while (!prefix.IsEmpty)
        {
            if (rdata.IsEmpty || rdata[0] > rdata.Length - 1) return false;
            ReadOnlySpan<byte> part = rdata.Slice(1, rdata[0]);
            int length = Math.Min(part.Length, prefix.Length);
            if (!part[..length].SequenceEqual(prefix[..length])) return false;
            prefix = prefix[length..];
            rdata = rdata[(1 + part.Length)..];
        }

        return true;
    }
}
