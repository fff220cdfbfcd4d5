using System.Net;
using Kms.Protocol;

namespace KmsApp.Tests;

[TestClass]
public sealed class DnsMessageWriteTests
{
    private static readonly DnsMessage Full = new()
    {
        Id = 0xBEEF,
        IsResponse = true,
        Opcode = DnsOpcode.Notify,
        AuthoritativeAnswer = true,
        RecursionDesired = true,
        RecursionAvailable = true,
        AuthenticData = true,
        CheckingDisabled = true,
        ResponseCode = DnsResponseCode.BadVers,
        Questions = [new DnsQuestion(@"Ho\.st\032\255.c.A.xx", DnsType.Any, DnsClass.Any)],
        Answers =
        [
            new DnsRecord(@"Ho\.st\032\255.c.A.xx", DnsType.A, DnsClass.In, 60, DnsRdata.A(IPAddress.Loopback)),
            new DnsRecord(@"ho\.st\032\255.c.A.xx", DnsType.Aaaa, DnsClass.In, 60, DnsRdata.Aaaa(IPAddress.IPv6Loopback)),
            new DnsRecord("c.a.xx", DnsType.Mx, DnsClass.In, 60, DnsRdata.Mx(10, "mail.c.a.xx")),
            new DnsRecord(".", DnsType.Txt, DnsClass.Ch, 0, DnsRdata.Txt(new byte[600])),
        ],
        Authorities = [new DnsRecord("xx", DnsType.Soa, DnsClass.In, uint.MaxValue, DnsRdata.Soa("ns.xx", ".", 1, 2, 3, 4, 5))],
        Additionals = [new DnsRecord("ns.xx", (DnsType)65281, (DnsClass)9, 1, new byte[] { 0xC0, 12 })],
        Edns = new Edns { UdpPayloadSize = 4096, DnssecOk = true, Version = 3, Options = [new EdnsOption(10, new byte[] { 1, 2 })] },
    };

    [TestMethod]
    public void ToArray_EveryField_ComesBack()
    {
        byte[] packet = Full.ToArray();
        Assert.IsTrue(DnsMessage.TryRead(packet, out DnsMessage? read, out _));
        Assert.AreEqual(Full, read);
        CollectionAssert.AreEqual(packet, read.ToArray());
    }

    [TestMethod]
    public void Equals_AnyFieldChanged_Differs()
    {
        DnsMessage[] others =
        [
            Full with { Id = 1 }, Full with { IsResponse = false }, Full with { Opcode = DnsOpcode.Query },
            Full with { AuthoritativeAnswer = false }, Full with { Truncated = true }, Full with { RecursionDesired = false },
            Full with { RecursionAvailable = false }, Full with { AuthenticData = false }, Full with { CheckingDisabled = false },
            Full with { ResponseCode = DnsResponseCode.NoError }, Full with { Questions = [] }, Full with { Answers = [] },
            Full with { Authorities = [] }, Full with { Additionals = [] }, Full with { Edns = null },
            Full with { Edns = Full.Edns! with { Options = [new EdnsOption(10, new byte[] { 1, 3 })] } },
        ];
        foreach (DnsMessage other in others)
        {
            Assert.AreNotEqual(Full, other);
            CollectionAssert.AreNotEqual(Full.ToArray(), (other with { Edns = other.Edns ?? new Edns() }).ToArray());
        }
    }

    [TestMethod]
    public void ToArray_OwnerEqualToTheQuestion_IsAPointer()
    {
        var message = new DnsMessage
        {
            Questions = [new DnsQuestion("c.a.xx", DnsType.A)],
            Answers = [new DnsRecord("c.a.xx", DnsType.A, DnsClass.In, 0, DnsRdata.A(IPAddress.Any))],
        };
        byte[] expected = Wire.Header(0, 1, 1).Overwrite(0, 0).Name("c.a.xx").TypeAndClass(1)
            .Pointer(12).TypeAndClass(1).UInt32(0).UInt16(4).UInt32(0).ToArray();
        CollectionAssert.AreEqual(expected, message.ToArray());
    }

    [TestMethod]
    public void ToArray_WithinTheLimit_KeepsTheRecords()
    {
        byte[] packet = Full.ToArray();
        CollectionAssert.AreEqual(packet, Full.ToArray(packet.Length));
    }

    [TestMethod]
    public void ToArray_BeyondTheLimit_KeepsQuestionAndOptAndSetsTc()
    {
        byte[] packet = Full.ToArray(Full.ToArray().Length - 1);
        Assert.IsTrue(DnsMessage.TryRead(packet, out DnsMessage? read, out _));
        Assert.AreEqual(Full with { Truncated = true, Answers = [], Authorities = [], Additionals = [] }, read);
    }

    [TestMethod]
    public void ToArray_OptionsBeyondTheLimit_LoseTheOptions()
    {
        DnsMessage message = Full with { Edns = new Edns { Options = [new EdnsOption(1, new byte[500])] } };
        byte[] packet = message.ToArray(DnsMessage.LeastMaximumLength);
        Assert.IsTrue(DnsMessage.TryRead(packet, out DnsMessage? read, out _));
        Assert.AreEqual(Full.Questions.Single(), read.Questions.Single());
        Assert.AreEqual(new Edns(), read.Edns);
        Assert.IsTrue(read.Truncated);
    }

    [TestMethod]
    public void ToArray_QuestionsBeyondTheLimit_LoseThemToo()
    {
        DnsMessage message = Full with { Questions = [.. Enumerable.Repeat(new DnsQuestion("c.a.xx", DnsType.A), 200)] };
        byte[] packet = message.ToArray(DnsMessage.LeastMaximumLength);
        Assert.IsTrue(DnsMessage.TryRead(packet, out DnsMessage? read, out _));
        Assert.IsEmpty(read.Questions);
        Assert.IsTrue(read.Truncated);
    }

    [TestMethod]
    public void ToArray_LimitOutOfRange_Throws()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Full.ToArray(511));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Full.ToArray(65536));
    }

    [TestMethod]
    public void ToArray_LongerThanADnsMessageCanBe_Throws()
    {
        var record = new DnsRecord("xx", (DnsType)999, DnsClass.In, 0, new byte[40_000]);
        DnsMessage message = new() { Answers = [record, record] };
        Assert.ThrowsExactly<InvalidOperationException>(message.ToArray);
        Assert.AreEqual(12, message.ToArray(DnsMessage.MaximumLength).Length);
    }

    [TestMethod]
    public void ToArray_ExtendedResponseCodeWithoutOpt_Throws() =>
        Assert.ThrowsExactly<InvalidOperationException>(() => (Full with { Edns = null }).ToArray());

    [TestMethod]
    public void ToArray_NoDomainName_Throws() => Assert.ThrowsExactly<FormatException>(
        () => new DnsMessage { Questions = [new DnsQuestion("a..b", DnsType.A)] }.ToArray());
}
