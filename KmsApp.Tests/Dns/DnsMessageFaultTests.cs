using Kms.Protocol;

namespace KmsApp.Tests;

[TestClass]
public sealed class DnsMessageFaultTests
{
    // 255 octets and the root's zero left out: one label more, or longer by one, is too much.
    private static readonly string LongName = string.Join('.', Enumerable.Repeat(new string('a', 63), 3)) + "." + new string('b', 61);

    private static readonly byte[] Opt = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0];

    // By name alone, so that a failing test does not print 64 KB of packet.
    public static IEnumerable<object[]> Names => Faults().Select(fault => new object[] { fault.Fault, fault.What });

    /// <summary>Broken packets of every fault.</summary>
    internal static IEnumerable<(DnsFault Fault, string What, byte[] Packet)> Faults()
    {
        yield return (DnsFault.EndsEarly, "nothing", []);
        yield return (DnsFault.EndsEarly, "a header cut off", new byte[11]);
        yield return (DnsFault.EndsEarly, "a question announced, none there", Wire.Header(0, 1).ToArray());
        yield return (DnsFault.EndsEarly, "every count 65535", Wire.Header(0, 65535, 65535, 65535, 65535).ToArray());
        yield return (DnsFault.EndsEarly, "a count one too high", Question().Overwrite(4, 2).ToArray());
        yield return (DnsFault.EndsEarly, "65535 answers announced, one there",
            Question().Overwrite(6, 65535).Pointer(12).Rest(1, 1, 2, 3, 4).ToArray());
        yield return (DnsFault.EndsEarly, "a label beyond the end", Wire.Header(0, 1).Bytes(9, 1, 2, 3, 4).ToArray());
        yield return (DnsFault.EndsEarly, "a name without its end", Wire.Header(0, 1).Label("abcd").ToArray());
        yield return (DnsFault.EndsEarly, "half a pointer", Wire.Header(0, 1).Bytes(3, 97, 97, 97, 0xC0).ToArray());
        yield return (DnsFault.EndsEarly, "a question without its class", Wire.Header(0, 1).Name("abc").UInt16(1).ToArray());
        yield return (DnsFault.EndsEarly, "a record cut off before its data",
            Question().Overwrite(6, 1).Name("abcdefgh.xx").UInt16(1).ToArray());
        yield return (DnsFault.EndsEarly, "data shorter than announced",
            Question().Overwrite(6, 1).Pointer(12).TypeAndClass(16).UInt32(0).UInt16(9).Bytes(1, 2, 3).ToArray());
        yield return (DnsFault.TrailingBytes, "a byte after the question", Question().Bytes(0).ToArray());
        yield return (DnsFault.TrailingBytes, "a count one too low", Question().Pointer(12).Rest(1, 1, 2, 3, 4).ToArray());
        yield return (DnsFault.BadLabel, "an extended label (01)", Wire.Header(0, 1).Bytes(0x41, 0, 0, 0).TypeAndClass(1).ToArray());
        yield return (DnsFault.BadLabel, "an unassigned label (10)", Wire.Header(0, 1).Bytes(0x81, 0, 0, 0).TypeAndClass(1).ToArray());
        yield return (DnsFault.NameTooLong, "256 octets", Wire.Header(0, 1).Name(LongName + "b").TypeAndClass(1).ToArray());
        yield return (DnsFault.NameTooLong, "255 octets behind a label",
            Wire.Header(0, 2).Name(LongName).TypeAndClass(1).Label("a").Pointer(12).TypeAndClass(1).ToArray());
        yield return (DnsFault.BadPointer, "to itself", Wire.Header(0, 1).Pointer(12).TypeAndClass(1).ToArray());
        yield return (DnsFault.BadPointer, "forward", Wire.Header(0, 1).Pointer(14).TypeAndClass(1).ToArray());
        yield return (DnsFault.BadPointer, "beyond the end", Wire.Header(0, 1).Pointer(0x3FFF).TypeAndClass(1).ToArray());
        yield return (DnsFault.BadPointer, "into the header", Wire.Header(0, 1).Pointer(2).TypeAndClass(1).ToArray());
        yield return (DnsFault.BadPointer, "back to its own label", Wire.Header(0, 1).Label("a").Pointer(12).TypeAndClass(1).ToArray());
        yield return (DnsFault.BadPointer, "two that point to each other",
            Wire.Header(0, 2).Pointer(18).TypeAndClass(1).Pointer(12).TypeAndClass(1).ToArray());
        yield return (DnsFault.BadPointer, "into the middle of its own name",
            Wire.Header(0, 1).Label("ab").Label("cd").Pointer(15).TypeAndClass(1).ToArray());
        yield return (DnsFault.BadData, "a CNAME longer than its name", Answer(5, 1, 97, 0, 0));
        yield return (DnsFault.BadData, "a CNAME that runs into the next record",
            Question().Overwrite(6, 2).Pointer(12).Rest(5, 3, 97).Pointer(12).Rest(1, 0, 0, 0, 0).ToArray());
        yield return (DnsFault.BadData, "an MX without a name", Answer(15, 7));
        yield return (DnsFault.BadData, "a SOA without its numbers", Answer(6, 0, 0, 1, 2, 3));
        yield return (DnsFault.BadData, "a SOA with a number too many", Answer(6, new byte[26]));
        yield return (DnsFault.BadPointer, "a CNAME to itself", Answer(5, 0xC0, 36));
        yield return (DnsFault.BadOpt, "OPT in the answer section", Question().Overwrite(6, 1).Bytes(Opt).ToArray());
        yield return (DnsFault.BadOpt, "OPT in the authority section", Question().Overwrite(8, 1).Bytes(Opt).ToArray());
        yield return (DnsFault.BadOpt, "OPT with an owner", Question().Overwrite(10, 1).Pointer(12).Bytes(Opt.AsSpan(1)).ToArray());
        yield return (DnsFault.BadOpt, "half an option",
            Question().Overwrite(10, 1).Bytes(Opt.AsSpan(0, 9)).UInt16(3).Bytes(0, 10, 0).ToArray());
        yield return (DnsFault.BadOpt, "an option longer than its record",
            Question().Overwrite(10, 1).Bytes(Opt.AsSpan(0, 9)).UInt16(5).UInt16(10).UInt16(2).Bytes(1).ToArray());
        yield return (DnsFault.DuplicateOpt, "OPT twice", Question().Overwrite(10, 2).Bytes(Opt).Bytes(Opt).ToArray());
        yield return (DnsFault.CompressionBomb, "many records that point into one long name", Bomb(Amplified.LongNames));
        yield return (DnsFault.CompressionBomb, "many records that point into a long chain of pointers", Bomb(Amplified.Pointers));
        yield return (DnsFault.CompressionBomb, "many SOA records with two long names each", Bomb(Amplified.Soas));
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void TryRead_BrokenPacket_NamesTheFault(DnsFault fault, string what)
    {
        byte[] packet = Faults().Single(candidate => candidate.What == what).Packet;
        Assert.IsFalse(DnsMessage.TryRead(packet, out DnsMessage? message, out DnsFault found), what);
        Assert.AreEqual(fault, found, what);
        Assert.IsNull(message);
    }

    [TestMethod]
    [DataRow(Amplified.LongNames)]
    [DataRow(Amplified.Pointers)]
    [DataRow(Amplified.Soas)]
    public void Read_Bomb_StopsWithinTheBudget(Amplified kind)
    {
        byte[] packet = Bomb(kind);
        Assert.IsGreaterThan(60_000, packet.Length);
        var reader = new DnsMessageReader(packet);
        Assert.IsTrue(reader.Read() is null);
        Assert.AreEqual(DnsFault.CompressionBomb, reader.Fault);
        // One step more than the budget is seen, and a step is 64 octets at most.
        Assert.IsLessThanOrEqualTo((DnsMessageReader.MaximumExpansion * packet.Length) + 64, reader.Expansion);
    }

    [TestMethod]
    public void Read_OwnersThatPointAtTheQuestion_CostNothing()
    {
        Wire wire = Wire.Header(0x8000, 1, 4000).Name(LongName).TypeAndClass(1);
        for (int i = 0; i < 4000; i++) wire.Pointer(12).Rest(1, 192, 0, 2, 1);
        var reader = new DnsMessageReader(wire.ToArray());
        DnsMessage? message = reader.Read();
        Assert.IsNotNull(message);
        Assert.AreEqual(0, reader.Expansion);
        // ... not even memory: all owners are one string.
        Assert.IsTrue(message.Answers.All(answer => ReferenceEquals(answer.Name, message.Questions[0].Name)));
    }

    [TestMethod]
    public void TryRead_CountsThatLie_AllocateNothing()
    {
        byte[] packet = Wire.Header(0, 65535, 65535, 65535, 65535).Bytes(new byte[500]).ToArray();
        DnsMessage.TryRead(packet, out _, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.IsFalse(DnsMessage.TryRead(packet, out _, out _));
        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    public enum Amplified
    {
        LongNames,
        Pointers,
        Soas,
    }

    /// <summary>A packet of some 64 KB that would cost far more than its size, were every pointer followed.</summary>
    private static byte[] Bomb(Amplified kind)
    {
        (int records, int padding) = kind switch
        {
            Amplified.LongNames => (5200, 0),
            Amplified.Pointers => (1700, 16),
            _ => (1700, 20),
        };
        Wire wire = Wire.Header(0x8000, 0, records + 1);
        // The data of the first record holds the name, 126 labels of one octet, or the chain of pointers.
        int length = kind == Amplified.Pointers ? 16_000 : 253;
        wire.Bytes(0).TypeAndClass(999).UInt32(0).UInt16(length);
        int first = wire.Position;
        if (kind == Amplified.Pointers)
        {
            wire.Bytes(0, 0);
            while (wire.Position < first + length) wire.Pointer(Math.Max(first, wire.Position - 2));
        }
        else
        {
            while (wire.Position < first + length - 1) wire.Label("a");
            wire.Bytes(0);
        }

        int target = kind == Amplified.Pointers ? first + length - 2 : first;
        for (int i = 0; i < records; i++)
        {
            wire.Pointer(target);
            if (kind == Amplified.Soas)
                wire.TypeAndClass(6).UInt32(0).UInt16(4 + padding).Pointer(target).Pointer(target).Bytes(new byte[padding]);
            else
                wire.Rest(999, new byte[padding]);
        }

        return wire.ToArray();
    }

    private static Wire Question() => Wire.Header(0x8000, 1).Name("abc.xx").TypeAndClass(1);

    private static byte[] Answer(int type, params ReadOnlySpan<byte> data) =>
        Question().Overwrite(6, 1).Pointer(12).Rest(type, data).ToArray();
}
