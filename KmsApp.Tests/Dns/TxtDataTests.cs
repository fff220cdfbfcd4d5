using Kms.Protocol;

namespace KmsApp.Tests;

[TestClass]
public sealed class TxtDataTests
{
    [TestMethod]
    [DataRow(0, 1)]
    [DataRow(1, 2)]
    [DataRow(255, 256)]
    [DataRow(256, 258)]
    [DataRow(510, 512)]
    [DataRow(4096, 4113)]
    public void Split_Text_JoinsToTheSame(int length, int rdataLength)
    {
        byte[] text = [.. Enumerable.Range(0, length).Select(i => (byte)(i % 95 + 32))];
        byte[] rdata = TxtData.Split(text);
        Assert.AreEqual(rdataLength, rdata.Length);
        Assert.AreEqual(Math.Min(length, 255), rdata[0]);
        Assert.IsTrue(TxtData.TryJoin(rdata, out byte[]? joined));
        CollectionAssert.AreEqual(text, joined);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("01")]
    [DataRow("026100")]
    [DataRow("016102")]
    [DataRow("FF00")]
    public void TryJoin_BrokenData_Refuses(string hex)
    {
        byte[] rdata = Convert.FromHexString(hex);
        if (hex == "026100") rdata[0] = 3;
        Assert.IsFalse(TxtData.TryJoin(rdata, out byte[]? text));
        Assert.IsNull(text);
    }

    [TestMethod]
    [DataRow("0A 763D4B4D53313B20743D", true)]
    [DataRow("0B 763D4B4D53313B20743D61", true)]
    [DataRow("01 76 00 03 3D4B4D 06 53313B20743D 01 61", true)]
    [DataRow("0A 763D4B4D53313B20743D 09", true)] // broken behind the head: still the head
    [DataRow("0A 763D4B4D53323B20743D", false)]
    [DataRow("09 763D4B4D53313B2074", false)]
    [DataRow("01 76 09 3D4B4D5331", false)]
    [DataRow("0B 763D4B4D53313B20743D", false)]
    [DataRow("00", false)]
    [DataRow("", false)]
    public void HasHead_Data_LooksAcrossCharacterStrings(string hex, bool expected) =>
        Assert.AreEqual(expected, KmsPacket.HasHead(Wire.FromHex(hex)));

    [TestMethod]
    public void HasHead_ManyRecords_AllocatesNothing()
    {
        byte[] with = TxtData.Split("v=KMS1; t=ack; of="u8);
        byte[] without = TxtData.Split("v=spf1 -all"u8);
        int found = 0;
        KmsPacket.HasHead(with);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            if (KmsPacket.HasHead(with)) found++;
            if (KmsPacket.HasHead(without)) found++;
        }

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.AreEqual(1000, found);
    }
}
