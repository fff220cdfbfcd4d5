using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>A TSIG key (RFC 8945, hmac-sha256) that signs requests and dynamic updates and checks responses.</summary>
/// <param name="name">The key's name.</param>
internal sealed class TsigKey(string name)
{
    private const ushort TsigType = 250;
    private const ushort AnyClass = 255;
    private const ushort Fudge = 300;
    private const int AdditionalCountAt = 10;
    private const int UpdateOpcode = 5;
    private const int SoaType = 6;

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);

    internal string Name { get; } = name;

    /// <summary>The key as the server's settings take it.</summary>
    internal string Setting => $"{Name}|{Convert.ToBase64String(_secret)}|hmac-sha256";

    /// <summary>A packet with the TSIG record at its end.</summary>
    internal byte[] Sign(ReadOnlySpan<byte> packet, out byte[] mac)
    {
        byte[] time = Time(DateTimeOffset.UtcNow);
        mac = Mac([.. packet, .. Variables(time)]);
        byte[] data =
        [
            .. WireName("hmac-sha256"), .. time, .. Number(Fudge), .. Number((ushort)mac.Length), .. mac, .. packet[..2], .. Number(0), .. Number(0),
        ];
        byte[] signed = [.. packet, .. WireName(Name), .. Number(TsigType), .. Number(AnyClass), 0, 0, 0, 0, .. Number((ushort)data.Length), .. data];
        AddToAdditional(signed, 1);
        return signed;
    }

    /// <summary>The response without its TSIG record; fails when that is missing or wrong.</summary>
    internal byte[] Verify(byte[] response, byte[] requestMac)
    {
        // The record is the last one, and nothing is compressed in it: its length is known.
        byte[] start = [.. WireName(Name), .. Number(TsigType), .. Number(AnyClass)];
        int at = response.AsSpan().LastIndexOf(start);
        Assert.IsGreaterThan(0, at, "The response is not signed.");
        byte[] bare = response[..at];
        AddToAdditional(bare, -1);
        ReadOnlySpan<byte> data = response.AsSpan(at + start.Length + 6 + WireName("hmac-sha256").Length);
        byte[] time = data[..6].ToArray();
        ReadOnlySpan<byte> mac = data.Slice(10, BinaryPrimitives.ReadUInt16BigEndian(data[8..]));
        byte[] expected = Mac([.. Number((ushort)requestMac.Length), .. requestMac, .. bare, .. Variables(time)]);
        CollectionAssert.AreEqual(expected, mac.ToArray(), "The response's MAC is wrong.");
        return bare;
    }

    /// <summary>A signed dynamic update (RFC 2136) that replaces all TXT records of a name by one.</summary>
    internal byte[] ReplaceTxt(string zone, string owner, string text)
    {
        byte[] rdata = TxtData.Split(Encoding.ASCII.GetBytes(text));
        byte[] packet =
        [
            .. RandomNumberGenerator.GetBytes(2), UpdateOpcode << 3, 0, .. Number(1), .. Number(0), .. Number(2), .. Number(0),
            .. WireName(zone), .. Number(SoaType), .. Number(1),
            .. WireName(owner), .. Number((ushort)DnsType.Txt), .. Number(AnyClass), 0, 0, 0, 0, .. Number(0),
            .. WireName(owner), .. Number((ushort)DnsType.Txt), .. Number(1), 0, 0, 0, 60, .. Number((ushort)rdata.Length), .. rdata,
        ];
        return Sign(packet, out _);
    }

    private byte[] Mac(byte[] covered) => HMACSHA256.HashData(_secret, covered);

    private byte[] Variables(byte[] time) =>
        [.. WireName(Name), .. Number(AnyClass), 0, 0, 0, 0, .. WireName("hmac-sha256"), .. time, .. Number(Fudge), .. Number(0), .. Number(0)];

    private static void AddToAdditional(Span<byte> packet, int records)
    {
        Span<byte> count = packet[AdditionalCountAt..];
        BinaryPrimitives.WriteUInt16BigEndian(count, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(count) + records));
    }

    private static byte[] Time(DateTimeOffset time)
    {
        byte[] seconds = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(seconds, time.ToUnixTimeSeconds());
        return seconds[2..];
    }

    private static byte[] Number(ushort number) => [(byte)(number >> 8), (byte)(number & 0xFF)];

    private static byte[] WireName(string name) => [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
}
