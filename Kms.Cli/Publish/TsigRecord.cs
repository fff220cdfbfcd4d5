using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>The data of a TSIG record (RFC 8945 section 4.2).</summary>
internal sealed record TsigRecord
{
    // Time (6), fudge (2), size of the MAC (2) before it; original ID (2), error (2), size of what follows (2) after it.
    private const int TimeLength = 6;
    private const int BeforeMac = TimeLength + 4;
    private const int AfterMac = 6;

    /// <summary>The algorithm's name as it stands, in wire form.</summary>
    public required ReadOnlyMemory<byte> Algorithm { get; init; }

    public required DateTimeOffset Time { get; init; }

    /// <summary>How far the other clock may be, in seconds.</summary>
    public required ushort Fudge { get; init; }

    public required ReadOnlyMemory<byte> Mac { get; init; }

    public required ushort OriginalId { get; init; }

    public TsigError Error { get; init; }

    /// <summary>With <see cref="TsigError.BadTime"/>, the server's time.</summary>
    public ReadOnlyMemory<byte> Other { get; init; }

    /// <summary>The server's clock, where it says so.</summary>
    public DateTimeOffset? ServerTime => Error == TsigError.BadTime && Other.Length == TimeLength ? ReadTime(Other.Span) : null;

    /// <summary>The TSIG record of a message; null where the last record is none.</summary>
    public static TsigRecord? Of(DnsMessage message) =>
        message.Additionals is [.., { Type: DnsType.Tsig, Class: DnsClass.Any, Ttl: 0 } last] && TryRead(last.Data, out TsigRecord? record) ? record : null;

    public static bool TryRead(ReadOnlyMemory<byte> data, [NotNullWhen(true)] out TsigRecord? record)
    {
        record = null;
        ReadOnlySpan<byte> span = data.Span;
        int at = 0;
        while (at < span.Length && span[at] is > 0 and <= Spec.MaximumLabelLength) at += 1 + span[at];
        if (at >= span.Length || span[at++] != 0 || span.Length - at < BeforeMac + AfterMac) return false;

        int macAt = at + BeforeMac, macLength = BinaryPrimitives.ReadUInt16BigEndian(span[(macAt - 2)..]);
        int afterAt = macAt + macLength, otherAt = afterAt + AfterMac;
        if (otherAt > span.Length || otherAt + BinaryPrimitives.ReadUInt16BigEndian(span[(otherAt - 2)..]) != span.Length) return false;
        record = new TsigRecord
        {
            Algorithm = data[..at],
            Time = ReadTime(span[at..]),
            Fudge = BinaryPrimitives.ReadUInt16BigEndian(span[(at + TimeLength)..]),
            Mac = data.Slice(macAt, macLength),
            OriginalId = BinaryPrimitives.ReadUInt16BigEndian(span[afterAt..]),
            Error = (TsigError)BinaryPrimitives.ReadUInt16BigEndian(span[(afterAt + 2)..]),
            Other = data[otherAt..],
        };
        return true;
    }

    /// <summary>The data, as it stands in a packet.</summary>
    public byte[] ToArray() =>
        [.. Algorithm.Span, .. Bytes(Time), .. Bytes(Fudge), .. Bytes((ushort)Mac.Length), .. Mac.Span, .. Bytes(OriginalId), .. Bytes((ushort)Error), .. Bytes((ushort)Other.Length), .. Other.Span];

    /// <summary>What a MAC covers of the record (section 4.3.3): all but the MAC and the ID.</summary>
    public byte[] Covered(TsigKey key) =>
        [.. key.WireName.Span, .. Bytes((ushort)DnsClass.Any), 0, 0, 0, 0, .. DnsName.ToWire(key.Algorithm.Name()), .. Bytes(Time), .. Bytes(Fudge), .. Bytes((ushort)Error), .. Bytes((ushort)Other.Length), .. Other.Span];

    public static byte[] Bytes(ushort number)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, number);
        return bytes;
    }

    private static byte[] Bytes(DateTimeOffset time)
    {
        byte[] seconds = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(seconds, time.ToUnixTimeSeconds());
        return seconds[(8 - TimeLength)..];
    }

    private static DateTimeOffset ReadTime(ReadOnlySpan<byte> bytes)
    {
        Span<byte> seconds = stackalloc byte[8];
        seconds[..(8 - TimeLength)].Clear();
        bytes[..TimeLength].CopyTo(seconds[(8 - TimeLength)..]);
        // 48 bits go far beyond what a date can be.
        return DateTimeOffset.FromUnixTimeSeconds(Math.Min(BinaryPrimitives.ReadInt64BigEndian(seconds), DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
    }
}
