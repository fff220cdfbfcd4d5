using System.Buffers.Binary;
using TechnitiumLibrary.Net.Dns.EDnsOptions;

namespace TechnitiumLibrary.Net.Dns.ResourceRecords;

/// <summary>The data of an OPT record: EDNS options.</summary>
public class DnsOPTRecordData : DnsResourceRecordData
{
    private const int OptionHeaderLength = 4;

    /// <summary>Data of these options.</summary>
    public DnsOPTRecordData(IReadOnlyList<EDnsOption> options) => Options = options;

    /// <summary>The options, in their order.</summary>
    public IReadOnlyList<EDnsOption> Options { get; }

    /// <inheritdoc/>
    public override int UncompressedLength => Options.Sum(option => OptionHeaderLength + option.Data.UncompressedLength);

    /// <summary>The OPT record that says it: payload size in CLASS, the rest in TTL (RFC 6891, 6.1.3).</summary>
    internal static DnsResourceRecord Write(DnsDatagramEdns edns)
    {
        uint ttl = ((uint)edns.ExtendedRCODE & 0xFF0) << 20 | (uint)edns.Version << 16 | (uint)edns.Flags;
        return DnsResourceRecord.FromPacket("", (ushort)DnsResourceRecordType.OPT, edns.UdpPayloadSize, ttl, new DnsOPTRecordData(edns.Options));
    }

    /// <summary>What the OPT record says; <paramref name="rcode"/> gives the lower bits of the RCODE.</summary>
    internal static DnsDatagramEdns Read(DnsResourceRecord opt, DnsResponseCode rcode)
    {
        uint extended = (opt.TTL & 0xFF000000) >> 20 | (uint)rcode & 0xF;
        return new DnsDatagramEdns(
            (ushort)opt.Class,
            (DnsResponseCode)extended,
            (byte)(opt.TTL >> 16 & 0xFF),
            (EDnsHeaderFlags)(opt.TTL & 0xFFFF),
            (opt.RDATA as DnsOPTRecordData)?.Options);
    }

    private protected override ReadOnlySpan<byte> Serialize()
    {
        var data = new byte[UncompressedLength];
        Span<byte> rest = data;
        foreach (EDnsOption option in Options)
        {
            ReadOnlySpan<byte> value = option.Data.Serialize();
            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)option.Code);
            BinaryPrimitives.WriteUInt16BigEndian(rest[2..], (ushort)value.Length);
            value.CopyTo(rest[OptionHeaderLength..]);
            rest = rest[(OptionHeaderLength + value.Length)..];
        }

        return data;
    }
}
