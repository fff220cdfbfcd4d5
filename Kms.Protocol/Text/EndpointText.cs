using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Kms.Protocol;

/// <summary>
/// An address and port in its one spelling: <c>192.0.2.1:53</c> or <c>[2001:db8::1]:53</c> in RFC 5952 form, without a
/// zone and never with an embedded IPv4 address in dots (docs/PROTOCOL.md section 3).
/// </summary>
internal static class EndpointText
{
    /// <summary>The longest text: eight groups of four digits, brackets, and the port.</summary>
    public const int MaximumLength = 47;

    private const int Groups = 8;

    public static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out IPEndPoint? endpoint)
    {
        endpoint = null;
        if (text.Length is 0 or > MaximumLength || !Ascii.IsValid(text)) return false;
        int colon = text.LastIndexOf((byte)':');
        if (colon <= 0) return false;
        ReadOnlySpan<byte> host = text[..colon];
        if (host[0] == '[')
        {
            if (host[^1] != ']') return false;
            host = host[1..^1];
        }
        if (!Utf8Parser.TryParse(text[(colon + 1)..], out ushort port, out int used) || used != text.Length - colon - 1 || port == 0) return false;
        Span<char> characters = stackalloc char[MaximumLength];
        if (!IPAddress.TryParse(characters[..Encoding.ASCII.GetChars(host, characters)], out IPAddress? address)) return false;
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0) return false;

        // The platform's parsers are generous ("1.2" and port "07" pass); only the one spelling may.
        IPEndPoint candidate = new(address, port);
        Span<byte> canonical = stackalloc byte[MaximumLength];
        if (!text.SequenceEqual(canonical[..Format(candidate, canonical)])) return false;
        endpoint = candidate;
        return true;
    }

    /// <summary>Writes an endpoint.</summary>
    /// <returns>The number of bytes written, <see cref="MaximumLength"/> at most.</returns>
    public static int Format(IPEndPoint endpoint, Span<byte> destination)
    {
        int length = 0;
        if (endpoint.AddressFamily == AddressFamily.InterNetwork)
        {
            endpoint.Address.TryFormat(destination, out length);
        }
        else
        {
            destination[length++] = (byte)'[';
            length += FormatGroups(endpoint.Address, destination[length..]);
            destination[length++] = (byte)']';
        }
        destination[length++] = (byte)':';
        Utf8Formatter.TryFormat(endpoint.Port, destination[length..], out int digits);
        return length + digits;
    }

    /// <summary>Eight groups in hexadecimal; the longest run of two or more zero groups, the first among equals, as "::".</summary>
    private static int FormatGroups(IPAddress address, Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[2 * Groups];
        address.TryWriteBytes(bytes, out _);
        Span<ushort> groups = stackalloc ushort[Groups];
        for (int i = 0; i < Groups; i++) groups[i] = BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 * i)..]);

        (int runStart, int runLength) = LongestZeroRun(groups);
        int length = 0;
        for (int i = 0; i < Groups; i++)
        {
            if (runLength >= 2 && i == runStart)
            {
                destination[length++] = (byte)':';
                destination[length++] = (byte)':';
                i += runLength - 1;
                continue;
            }
            if (i > 0 && destination[length - 1] != ':') destination[length++] = (byte)':';
            Utf8Formatter.TryFormat(groups[i], destination[length..], out int digits, new('x'));
            length += digits;
        }
        return length;
    }

    private static (int Start, int Length) LongestZeroRun(ReadOnlySpan<ushort> groups)
    {
        int bestStart = 0, bestLength = 0, start = 0;
        for (int i = 0; i <= groups.Length; i++)
        {
            if (i < groups.Length && groups[i] == 0) continue;
            if (i - start > bestLength) (bestStart, bestLength) = (start, i - start);
            start = i + 1;
        }
        return (bestStart, bestLength);
    }
}
