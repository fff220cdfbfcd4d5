using System.Buffers.Binary;
using System.Text;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Dns.EDnsOptions;
using TechnitiumLibrary.Net.Dns.ResourceRecords;

namespace KmsApp.Tests;

/// <summary>The habits of the host's data types that the app must live with.</summary>
[TestClass]
public sealed class ContractHabitsTests
{
    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(255, 1)]
    [DataRow(256, 2)]
    [DataRow(4096, 17)]
    public void Text_AnyLength_IsSplitAndJoined(int length, int strings)
    {
        string text = new('k', length);

        var made = new DnsTXTRecordData(text);
        using MemoryStream packet = Written(made);
        var read = new DnsTXTRecordData(packet);

        Assert.AreEqual(text, made.GetText());
        Assert.AreEqual(text, read.GetText());
        Assert.AreEqual(length + strings, read.RDLENGTH);
        Assert.AreEqual(length + strings, read.UncompressedLength);
        Assert.AreEqual(0, made.RDLENGTH);
    }

    [TestMethod]
    public void Text_NotAscii_BecomesQuestionMarks()
        => Assert.AreEqual("?", new DnsTXTRecordData("é").GetText());

    [TestMethod]
    public void GetText_NoCharacterString_IsNull()
        => Assert.IsNull(new DnsTXTRecordData("").GetText());

    [TestMethod]
    public void GetText_CameWithoutData_Throws()
    {
        var data = new DnsTXTRecordData(new MemoryStream([0, 0]));

        Assert.ThrowsExactly<NullReferenceException>(() => data.GetText());
        Assert.AreEqual(0, data.RDLENGTH);
    }

    [TestMethod]
    public void Text_CharacterStringBeyondData_Throws()
        => Assert.ThrowsExactly<EndOfStreamException>(() => new DnsTXTRecordData(new MemoryStream([0, 2, 2, (byte)'k'])));

    [TestMethod]
    public void Text_CharacterStringTooLong_Throws()
        => Assert.ThrowsExactly<DnsClientException>(() => new DnsTXTRecordData([new string('k', 256)]));

    [TestMethod]
    [DataRow("a..xx")]
    [DataRow("host-a.b.a.xx.")]
    [DataRow("host a.xx")]
    [DataRow("hôst.xx")]
    public void Name_Bad_ThrowsUnlessItCameInAPacket(string name)
    {
        Assert.ThrowsExactly<DnsClientException>(() => new DnsResourceRecord(name, DnsResourceRecordType.TXT, DnsClass.IN, 0, new DnsTXTRecordData("k")));
        Assert.ThrowsExactly<DnsClientException>(() => new DnsQuestionRecord(name, DnsResourceRecordType.TXT, DnsClass.IN));
        Assert.AreEqual(name, new DnsQuestionRecord(name, DnsResourceRecordType.TXT, DnsClass.IN, validateName: false).Name);
        Assert.AreEqual(name, DnsResourceRecord.FromPacket(name, 16, 1, 0, new DnsTXTRecordData("k")).Name);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("_kms.Host-A.b.a.xx")]
    [DataRow("*.xx")]
    public void Name_Good_KeepsItsLetterCase(string name)
        => Assert.AreEqual(name, new DnsQuestionRecord(name, DnsResourceRecordType.TXT, DnsClass.IN).Name);

    [TestMethod]
    public void Opt_Offered_StandsLastAndIsReadAgain()
    {
        DnsDatagram made = Datagram([Text()], DnsResponseCode.BADVERS, 1232, EDnsHeaderFlags.DNSSEC_OK, [new(EDnsOptionCode.EXTENDED_DNS_ERROR, new EDnsExtendedDnsErrorOptionData(EDnsExtendedDnsErrorCode.NotReady, "later"))]);
        made.Tag = "tag";

        DnsDatagram copy = made.Clone(answer: [Text()]);

        Assert.HasCount(2, made.Additional);
        Assert.AreEqual(DnsResourceRecordType.OPT, made.Additional[^1].Type);
        Assert.AreEqual(1232, copy.EDNS!.UdpPayloadSize);
        Assert.IsTrue(copy.DnssecOk);
        Assert.AreEqual(DnsResponseCode.BADVERS, copy.RCODE);
        Assert.AreEqual("later", ((EDnsExtendedDnsErrorOptionData)copy.EDNS.Options[0].Data).ExtraText);
        Assert.AreEqual("tag", copy.Tag);
        Assert.HasCount(1, copy.Answer);
        CollectionAssert.AreEqual(
            (byte[])[0, 11, 0, 15, 0, 7, 0, 14, .. Encoding.ASCII.GetBytes("later")],
            Written(made.Additional[^1].RDATA).ToArray());
    }

    [TestMethod]
    public void Opt_NotOffered_IsNull()
    {
        DnsDatagram datagram = Datagram([Text()], DnsResponseCode.NoError, 511);

        Assert.IsNull(datagram.EDNS);
        Assert.HasCount(1, datagram.Additional);
        Assert.IsFalse(datagram.DnssecOk);
    }

    [TestMethod]
    public void Opt_Twice_Throws()
        => Assert.ThrowsExactly<InvalidOperationException>(() => Datagram(Datagram([], DnsResponseCode.NoError, 512).Additional, DnsResponseCode.NoError, 512));

    [TestMethod]
    public void IsSigned_TsigNotLast_IsFalse()
    {
        DnsResourceRecord tsig = DnsResourceRecord.FromPacket("key.xx", 250, 255, 0, new DnsUnknownRecordData([]));

        Assert.AreEqual("key.xx", Datagram([Text(), tsig], DnsResponseCode.NoError, 0).TsigKeyName);
        Assert.IsFalse(Datagram([tsig, Text()], DnsResponseCode.NoError, 0).IsSigned);
    }

    private static DnsResourceRecord Text() => new("host-b.c.a.xx", DnsResourceRecordType.TXT, DnsClass.IN, 0, new DnsTXTRecordData("v=KMS1"));

    private static DnsDatagram Datagram(
        IReadOnlyList<DnsResourceRecord> additional,
        DnsResponseCode rcode,
        ushort udpPayloadSize,
        EDnsHeaderFlags flags = EDnsHeaderFlags.None,
        IReadOnlyList<EDnsOption>? options = null)
        => new(7, true, DnsOpcode.StandardQuery, true, false, false, false, false, false, rcode, null, null, null, additional, udpPayloadSize, flags, options);

    private static MemoryStream Written(DnsResourceRecordData data)
    {
        var stream = new MemoryStream();
        data.WriteTo(stream);
        stream.Position = 0;
        Assert.AreEqual(stream.Length - 2, BinaryPrimitives.ReadUInt16BigEndian(stream.ToArray()));
        return stream;
    }
}
