using System.Buffers.Binary;
using System.Security.Cryptography;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>Signs requests and checks responses with a TSIG key (RFC 8945 sections 5.1 and 5.3).</summary>
/// <param name="key">The key.</param>
/// <param name="time">Tells the time.</param>
internal sealed class TsigSigner(TsigKey key, TimeProvider time)
{
    private const ushort Fudge = 300; // section 10, "recommended"
    private const int HeaderLength = 12;
    private const int QuestionCountAt = 4;
    private const int AdditionalCountAt = 10;

    /// <summary>How much longer a packet is by its signature.</summary>
    public int Overhead => key.WireName.Length + 10 + Record(0, DateTimeOffset.UnixEpoch, key.Mac([])).ToArray().Length;

    /// <summary>A packet with its signature at its end.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="mac">The MAC, which the response's covers too.</param>
    public byte[] Sign(ReadOnlySpan<byte> packet, out byte[] mac)
    {
        TsigRecord unsigned = Record(BinaryPrimitives.ReadUInt16BigEndian(packet), time.GetUtcNow(), []);
        mac = key.Mac([.. packet, .. unsigned.Covered(key)]);
        byte[] data = (unsigned with { Mac = mac }).ToArray();
        byte[] signed =
        [
            .. packet, .. key.WireName.Span, .. TsigRecord.Bytes((ushort)DnsType.Tsig), .. TsigRecord.Bytes((ushort)DnsClass.Any), 0, 0, 0, 0,
            .. TsigRecord.Bytes((ushort)data.Length), .. data,
        ];
        AddToAdditionals(signed, 1);
        return signed;
    }

    /// <summary>Checks a response.</summary>
    /// <param name="response">The response as it came.</param>
    /// <param name="requestMac">The MAC of the request.</param>
    public TsigVerdict Verify(ReadOnlySpan<byte> response, ReadOnlySpan<byte> requestMac)
    {
        if (!DnsMessage.TryRead(response, out DnsMessage? message, out _)) return TsigVerdict.Forged;
        if (message.Additionals is not [.., { Type: DnsType.Tsig } last]) return TsigVerdict.Unsigned;
        if (TsigRecord.Of(message) is not { } record) return TsigVerdict.Forged;
        if (record.Mac.IsEmpty) return TsigVerdict.Unsigned;
        if (!DnsName.Same(last.Name, key.Name) || !record.Algorithm.Span.SequenceEqual(DnsName.ToWire(key.Algorithm.Name()))) return TsigVerdict.Forged;

        byte[] bare = response[..StartOfLastRecord(response)].ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(bare, record.OriginalId);
        AddToAdditionals(bare, -1);
        byte[] expected = key.Mac([.. TsigRecord.Bytes((ushort)requestMac.Length), .. requestMac, .. bare, .. record.Covered(key)]);
        if (!CryptographicOperations.FixedTimeEquals(expected, record.Mac.Span)) return TsigVerdict.Forged;
        // A server that finds our clock wrong repeats our time, so that this check lets its word pass.
        return (time.GetUtcNow() - record.Time).Duration() <= TimeSpan.FromSeconds(record.Fudge) ? TsigVerdict.Genuine : TsigVerdict.Stale;
    }

    private TsigRecord Record(ushort id, DateTimeOffset at, byte[] mac) =>
        new() { Algorithm = DnsName.ToWire(key.Algorithm.Name()), Time = at, Fudge = Fudge, Mac = mac, OriginalId = id };

    /// <summary>Where the last record of a well-formed packet begins.</summary>
    private static int StartOfLastRecord(ReadOnlySpan<byte> packet)
    {
        int at = HeaderLength, start = at;
        int questions = BinaryPrimitives.ReadUInt16BigEndian(packet[QuestionCountAt..]), records = 0;
        for (int count = QuestionCountAt + 2; count <= AdditionalCountAt; count += 2) records += BinaryPrimitives.ReadUInt16BigEndian(packet[count..]);
        for (int i = 0; i < questions; i++) at = BehindName(packet, at) + 4;
        for (int i = 0; i < records; i++)
        {
            start = at;
            at = BehindName(packet, at) + 10;
            at += BinaryPrimitives.ReadUInt16BigEndian(packet[(at - 2)..]);
        }
        return start;
    }

    private static int BehindName(ReadOnlySpan<byte> packet, int at)
    {
        while (packet[at] is > 0 and < 0xC0) at += 1 + packet[at];
        return at + (packet[at] == 0 ? 1 : 2);
    }

    private static void AddToAdditionals(Span<byte> packet, int records)
    {
        Span<byte> count = packet[AdditionalCountAt..];
        BinaryPrimitives.WriteUInt16BigEndian(count, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(count) + records));
    }
}
