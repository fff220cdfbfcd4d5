using System.Net;
using Kms.Protocol;

namespace KmsApp.Tests;

[TestClass]
public sealed class DnsMessageReadTests
{
    [TestMethod]
    public void TryRead_PlainQueryOfDig_HasItsQuestionAlone()
    {
        // dig +noedns +norecurse host-b.c.a.xx TXT
        DnsMessage message = Read(Wire.FromHex(
            "8526 0020 0001 0000 0000 0000 06 686f73742d62 01 63 01 61 02 7878 00 0010 0001"));
        Assert.AreEqual(0x8526, message.Id);
        Assert.IsFalse(message.IsResponse);
        Assert.AreEqual(DnsOpcode.Query, message.Opcode);
        Assert.IsFalse(message.RecursionDesired);
        Assert.IsTrue(message.AuthenticData);
        Assert.AreEqual(new DnsQuestion("host-b.c.a.xx", DnsType.Txt), message.Questions.Single());
        Assert.IsNull(message.Edns);
        Assert.IsEmpty(message.Additionals);
    }

    [TestMethod]
    public void TryRead_QueryOfDigWithCookie_KeepsCaseAndOptions()
    {
        // dig +bufsize=1232 +dnssec Host-B.c.a.xx MX
        DnsMessage message = Read(Wire.FromHex(
            "9084 0120 0001 0000 0000 0001 06 486f73742d42 01 63 01 61 02 7878 00 000f 0001"
            + "00 0029 04d0 00 00 8000 000c 000a 0008 a306b3ec556a3412"));
        Assert.IsTrue(message.RecursionDesired);
        Assert.AreEqual(new DnsQuestion("Host-B.c.a.xx", DnsType.Mx), message.Questions.Single());
        Assert.AreEqual(
            new Edns { UdpPayloadSize = 1232, DnssecOk = true, Options = [new EdnsOption(10, Wire.FromHex("a306b3ec556a3412"))] },
            message.Edns);
        Assert.IsNull(message.Edns!.ExtendedError);
    }

    [TestMethod]
    public void TryRead_NameWithADotAndANulInALabel_EscapesBoth()
    {
        // dig +nocookie 'a\.b\000.xx' A
        DnsMessage message = Read(Wire.FromHex(
            "378b 0120 0001 0000 0000 0001 04 612e6200 02 7878 00 0001 0001 00 0029 04d0 00 00 0000 0000"));
        Assert.AreEqual(@"a\.b\000.xx", message.Questions.Single().Name);
    }

    [TestMethod]
    public void TryRead_ResponseWithCompression_ExpandsOwnersAndNamesInData()
    {
        Wire wire = Wire.Header(0x8583, 1, 2, 1, 1).Name("www.c.a.xx").TypeAndClass(1);
        wire.Pointer(12).Rest(5, 4, (byte)'h', (byte)'o', (byte)'s', (byte)'t', 0xC0, 16); // CNAME host.c.a.xx
        int host = wire.Position - 7;
        wire.Pointer(host).Rest(1, 192, 0, 2, 7);
        // The owner's three last labels; SOA with both names compressed.
        wire.Pointer(16).TypeAndClass(6).UInt32(60).UInt16(2 + 2 + 20).Pointer(host).Pointer(16);
        for (uint i = 1; i <= 5; i++) wire.UInt32(i);
        wire.Label("mail").Pointer(16).Rest(28, IPAddress.Parse("2001:db8::7").GetAddressBytes());

        DnsMessage message = Read(wire.ToArray());
        Assert.IsTrue(message is { IsResponse: true, AuthoritativeAnswer: true, RecursionDesired: true, RecursionAvailable: true });
        Assert.AreEqual(DnsResponseCode.NxDomain, message.ResponseCode);
        Assert.AreEqual(new DnsRecord("www.c.a.xx", DnsType.Cname, DnsClass.In, 300, DnsName.ToWire("host.c.a.xx")), message.Answers[0]);
        Assert.AreEqual(new DnsRecord("host.c.a.xx", DnsType.A, DnsClass.In, 300, DnsRdata.A(IPAddress.Parse("192.0.2.7"))), message.Answers[1]);
        Assert.AreEqual(
            new DnsRecord("c.a.xx", DnsType.Soa, DnsClass.In, 60, DnsRdata.Soa("host.c.a.xx", "c.a.xx", 1, 2, 3, 4, 5)),
            message.Authorities.Single());
        Assert.AreEqual("mail.c.a.xx", message.Additionals.Single().Name);
        Assert.AreEqual(DnsType.Aaaa, message.Additionals.Single().Type);
    }

    [TestMethod]
    public void TryRead_CompressedMxNsAndPtr_AreExpanded()
    {
        Wire wire = Wire.Header(0x8000, 1, 3).Name("c.a.xx").TypeAndClass(15);
        wire.Pointer(12).Rest(15, 0, 10, 2, (byte)'m', (byte)'x', 0xC0, 12);
        wire.Pointer(12).Rest(2, 2, (byte)'n', (byte)'s', 0xC0, 14);
        wire.Pointer(12).Rest(12, 0xC0, 12);
        DnsMessage message = Read(wire.ToArray());
        CollectionAssert.AreEqual(DnsRdata.Mx(10, "mx.c.a.xx"), message.Answers[0].Data.ToArray());
        CollectionAssert.AreEqual(DnsRdata.Ns("ns.a.xx"), message.Answers[1].Data.ToArray());
        CollectionAssert.AreEqual(DnsName.ToWire("c.a.xx"), message.Answers[2].Data.ToArray());
    }

    [TestMethod]
    public void TryRead_UnknownNumbers_Survive()
    {
        Wire wire = Wire.Header(0x7800 | 0x0B, 1, 1).Name("c.a.xx").TypeAndClass(65282, 4);
        wire.Pointer(12).TypeAndClass(65281, 77).UInt32(uint.MaxValue).UInt16(3).Bytes(0xC0, 12, 9);
        DnsMessage message = Read(wire.ToArray());
        Assert.AreEqual(15, (int)message.Opcode);
        Assert.AreEqual(11, (int)message.ResponseCode);
        Assert.AreEqual(new DnsQuestion("c.a.xx", (DnsType)65282, (DnsClass)4), message.Questions.Single());
        Assert.AreEqual(
            new DnsRecord("c.a.xx", (DnsType)65281, (DnsClass)77, uint.MaxValue, new byte[] { 0xC0, 12, 9 }),
            message.Answers.Single());
        CollectionAssert.AreEqual(wire.ToArray(), message.ToArray());
    }

    [TestMethod]
    public void TryRead_ExtendedResponseCodeAndError_AreJoinedFromOpt()
    {
        byte[] packet = Wire.Header(0x8000, 1, 0, 0, 1).Name("xx").TypeAndClass(16)
            .Bytes(0).UInt16(41).UInt16(512).UInt32(0x0102_8000).UInt16(4 + 7).UInt16(15).UInt16(7)
            .UInt16(22).Bytes("late\0"u8).ToArray();
        DnsMessage message = Read(packet);
        Assert.AreEqual(DnsResponseCode.BadVers, message.ResponseCode);
        Assert.AreEqual(2, message.Edns!.Version);
        Assert.IsTrue(message.Edns.DnssecOk);
        Assert.AreEqual(new ExtendedError(ExtendedErrorCode.NoReachableAuthority, "late"), message.Edns.ExtendedError);
        CollectionAssert.AreEqual(packet, message.ToArray());
    }

    [TestMethod]
    public void TryRead_EmptyDataOfANameType_IsADynamicUpdate()
    {
        byte[] packet = Wire.Header(0x2800, 1, 0, 1).Name("c.a.xx").TypeAndClass(6)
            .Pointer(12).TypeAndClass(2, 255).UInt32(0).UInt16(0).ToArray();
        DnsMessage message = Read(packet);
        Assert.AreEqual(DnsOpcode.Update, message.Opcode);
        Assert.AreEqual(new DnsRecord("c.a.xx", DnsType.Ns, DnsClass.Any, 0, default), message.Authorities.Single());
    }

    [TestMethod]
    public void TryRead_NamesAtTheirGreatestLength_AreRead()
    {
        string label = new('a', 63);
        string name = string.Join('.', label, label, label, new string('b', 61)); // 255 octets
        byte[] packet = Wire.Header(0, 2).Name(name).TypeAndClass(1).Pointer(12).TypeAndClass(1).ToArray();
        DnsMessage message = Read(packet);
        Assert.AreEqual(Spec.MaximumNameLength, message.Questions[0].Name.Length);
        Assert.AreEqual(name, message.Questions[1].Name);
    }

    private static DnsMessage Read(byte[] packet)
    {
        Assert.IsTrue(DnsMessage.TryRead(packet, out DnsMessage? message, out DnsFault fault), fault.ToString());
        Assert.AreEqual(DnsFault.None, fault);
        return message;
    }
}
