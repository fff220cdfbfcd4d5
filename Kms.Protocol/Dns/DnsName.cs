namespace Kms.Protocol;

/// <summary>
/// Domain names between wire form and presentation form (RFC 1035, section 5.1). The presentation form is ASCII without
/// a trailing dot, keeps letter case, and writes <c>\.</c> and <c>\\</c> for these characters inside a label and
/// <c>\DDD</c> for an octet that is no printable ASCII character. The root is <c>.</c>.
/// </summary>
public static class DnsName
{
    /// <summary>The greatest length of a name's wire form, in octets, the root's zero octet counted.</summary>
    internal const int MaximumWireLength = 255;

    // The longest presentation form: each octet written as \DDD.
    private const int MaximumPresentationLength = MaximumWireLength * 4;

    /// <summary>Whether two names in presentation form are the same, letter case aside (RFC 4343).</summary>
    /// <param name="left">One name.</param>
    /// <param name="right">The other.</param>
    /// <returns>True when they are the same.</returns>
    public static bool Same(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    /// <summary>The wire form of a name, uncompressed.</summary>
    /// <param name="name">A name in presentation form; a trailing dot is allowed.</param>
    /// <returns>At most 255 octets.</returns>
    /// <exception cref="FormatException">The name is empty, has an empty or too long label, is too long, or is not ASCII.</exception>
    public static byte[] ToWire(string name)
    {
        Span<byte> wire = stackalloc byte[MaximumWireLength];
        return TryToWire(name, wire, out int length)
            ? wire[..length].ToArray()
            : throw new FormatException($"'{name}' is not a domain name.");
    }

    /// <summary>Writes the wire form of a name, uncompressed.</summary>
    /// <param name="name">A name in presentation form; a trailing dot is allowed.</param>
    /// <param name="wire">Where to write; 255 octets hold every name.</param>
    /// <param name="length">The octets written, or 0.</param>
    /// <returns>False when this is no name: empty, with an empty or too long label, too long, or not ASCII.</returns>
    internal static bool TryToWire(ReadOnlySpan<char> name, Span<byte> wire, out int length)
    {
        length = 0;
        if (name is not ".")
        {
            int at = 0;
            while (at < name.Length)
            {
                int start = length + 1;
                int end = start;
                while (at < name.Length && name[at] != '.')
                {
                    if (end - start == Spec.MaximumLabelLength || end >= wire.Length
                        || !TryReadOctet(name, ref at, out wire[end])) { length = 0; return false; }
                    end++;
                }

                if (end == start) { length = 0; return false; }
                wire[length] = (byte)(end - start);
                length = end;
                at++; // the dot, or beyond the end
            }

            if (length == 0) return false;
        }

        if (length >= wire.Length) { length = 0; return false; }
        wire[length++] = 0;
        return true;
    }

    /// <summary>The presentation form of a whole, uncompressed name that is known to be well formed.</summary>
    internal static string FromWire(ReadOnlySpan<byte> wire)
    {
        if (wire[0] == 0) return ".";
        Span<char> text = stackalloc char[MaximumPresentationLength];
        int length = 0;
        for (int at = 0; wire[at] != 0; at += 1 + wire[at])
        {
            if (at != 0) text[length++] = '.';
            foreach (byte octet in wire.Slice(at + 1, wire[at]))
            {
                if (octet is (byte)'.' or (byte)'\\')
                {
                    text[length++] = '\\';
                    text[length++] = (char)octet;
                }
                else if (octet is > 0x20 and < 0x7F)
                {
                    text[length++] = (char)octet;
                }
                else
                {
                    text[length++] = '\\';
                    text[length++] = (char)('0' + (octet / 100));
                    text[length++] = (char)('0' + (octet / 10 % 10));
                    text[length++] = (char)('0' + (octet % 10));
                }
            }
        }

        return new string(text[..length]);
    }

    private static bool TryReadOctet(ReadOnlySpan<char> name, ref int at, out byte octet)
    {
        octet = 0;
        char first = name[at++];
        if (first > 0x7F) return false;
        if (first != '\\')
        {
            octet = (byte)first;
            return true;
        }

        if (at == name.Length || name[at] > 0x7F) return false;
        if (!char.IsAsciiDigit(name[at]))
        {
            octet = (byte)name[at++];
            return true;
        }

        if (at + 3 > name.Length || !char.IsAsciiDigit(name[at + 1]) || !char.IsAsciiDigit(name[at + 2])) return false;
        int value = ((name[at] - '0') * 100) + ((name[at + 1] - '0') * 10) + (name[at + 2] - '0');
        if (value > 255) return false;
        octet = (byte)value;
        at += 3;
        return true;
    }
}
