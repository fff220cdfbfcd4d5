using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>Laws over random packets. The seed is printed; set it to repeat a run.</summary>
[TestClass]
public sealed class DnsMessageLawTests
{
    private const int Rounds = 30_000;

    public required TestContext TestContext { get; set; }

    [TestMethod]
    public void TryRead_MutatedPackets_NeverThrowsAndWhatReadsRoundTrips()
    {
        int seed = Environment.TickCount;
        TestContext.WriteLine($"seed {seed}");
        var random = new Random(seed);
        byte[][] packets = [.. Valid()];
        int read = 0, refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] packet = Mutate(packets[random.Next(packets.Length)], random);
            var reader = new DnsMessageReader(packet);
            DnsMessage? message = reader.Read();
            Assert.IsLessThanOrEqualTo((DnsMessageReader.MaximumExpansion * packet.Length) + 64, reader.Expansion);
            Assert.AreEqual(message is null, reader.Fault != DnsFault.None, Describe(seed, round, packet));
            if (message is null)
            {
                refused++;
                continue;
            }

            read++;
            byte[] written = message.ToArray();
            Assert.IsTrue(DnsMessage.TryRead(written, out DnsMessage? again, out DnsFault fault), $"{fault} {Describe(seed, round, packet)}");
            Assert.AreEqual(message, again, Describe(seed, round, packet));
            CollectionAssert.AreEqual(written, again.ToArray(), Describe(seed, round, packet));
            Assert.IsLessThanOrEqualTo(DnsMessage.LeastMaximumLength, message.ToArray(DnsMessage.LeastMaximumLength).Length);
        }

        // Both ways are really gone.
        Assert.IsGreaterThan(Rounds / 20, read);
        Assert.IsGreaterThan(Rounds / 20, refused);
    }

    [TestMethod]
    public void TryRead_EveryPrefixOfAPacket_IsRefused()
    {
        foreach (byte[] packet in Valid())
        {
            for (int length = 0; length < packet.Length; length++)
            {
                Assert.IsFalse(DnsMessage.TryRead(packet.AsSpan(0, length), out _, out DnsFault fault));
                Assert.IsTrue(fault is DnsFault.EndsEarly or DnsFault.BadPointer, fault.ToString());
            }
        }
    }

    [TestMethod]
    public void TryRead_RandomBytes_NeverThrows()
    {
        int seed = Environment.TickCount;
        TestContext.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] packet = new byte[random.Next(200)];
            random.NextBytes(packet);
            // Small counts, so that the records are looked at.
            if (packet.Length >= 12) for (int i = 4; i < 12; i++) packet[i] = i % 2 == 0 ? (byte)0 : (byte)random.Next(3);
            bool good = DnsMessage.TryRead(packet, out DnsMessage? message, out DnsFault fault);
            Assert.AreEqual(good, message is not null && fault == DnsFault.None, Describe(seed, round, packet));
        }
    }

    private static IEnumerable<byte[]> Valid()
    {
        DnsMessage request = KmsPacket.Request(7, "host-b.c.a.xx", "v=KMS1; t=ack; of="u8.ToArray(), new byte[300]);
        yield return request.ToArray();
        yield return KmsPacket.Response(request, "v=KMS1; t=answer; name="u8.ToArray()).ToArray();
        yield return KmsPacket.Failure(request, ExtendedErrorCode.NotReady).ToArray();
        yield return Wire.FromHex("9084 0120 0001 0000 0000 0001 06 486f73742d42 01 63 01 61 02 7878 00 000f 0001"
            + "00 0029 04d0 00 00 8000 000c 000a 0008 a306b3ec556a3412");
        Wire wire = Wire.Header(0x8583, 1, 3, 1, 1).Name("www.c.a.xx").TypeAndClass(1);
        wire.Pointer(12).Rest(5, 4, (byte)'h', (byte)'o', (byte)'s', (byte)'t', 0xC0, 16);
        wire.Pointer(16).Rest(15, 0, 10, 2, (byte)'m', (byte)'x', 0xC0, 16);
        wire.Label("ns").Pointer(18).Rest(2, 0xC0, 12);
        wire.Pointer(16).TypeAndClass(6).UInt32(60).UInt16(24).Pointer(12).Pointer(16).Bytes(new byte[20]);
        wire.Label("mail").Pointer(16).Rest(1, 1, 2, 3, 4);
        yield return wire.ToArray();
    }

    private static byte[] Mutate(byte[] packet, Random random)
    {
        List<byte> bytes = [.. packet];
        for (int change = random.Next(4); change >= 0; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.Insert(at, (byte)random.Next(256)); break;
                case 3: bytes.RemoveAt(at); break;
                case 4 when at + 1 < bytes.Count:
                    bytes[at] = 0xC0;
                    bytes[at + 1] = (byte)random.Next(Math.Min(bytes.Count, 256));
                    break;
                default: bytes[at] = packet[random.Next(packet.Length)]; break;
            }
        }

        return [.. bytes];
    }

    private static string Describe(int seed, int round, byte[] packet) => $"seed {seed}, round {round}: {Convert.ToHexString(packet)}";
}
