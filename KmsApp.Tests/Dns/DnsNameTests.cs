using Kms.Protocol;

namespace KmsApp.Tests;

[TestClass]
public sealed class DnsNameTests
{
    [TestMethod]
    [DataRow(".", "00")]
    [DataRow("xx", "02787800")]
    [DataRow("xx.", "02787800")]
    [DataRow(@"a\.b.xx", "03612E6202787800")]
    [DataRow(@"\\\032\000\255", "045C2000FF00")]
    [DataRow(@"\a\065", "02614100")]
    public void ToWire_Name_IsItsLabels(string name, string hex) =>
        CollectionAssert.AreEqual(Wire.FromHex(hex), DnsName.ToWire(name));

    [TestMethod]
    [DataRow("")]
    [DataRow("..")]
    [DataRow(".xx")]
    [DataRow("a..xx")]
    [DataRow("xx..")]
    [DataRow("ä.xx")]
    [DataRow("a\\")]
    [DataRow(@"a\1")]
    [DataRow(@"a\12")]
    [DataRow(@"a\256")]
    [DataRow(@"a\12x")]
    [DataRow("a\\ä")]
    [DataRow("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.xx")] // 64
    public void ToWire_NoName_Throws(string name) => Assert.ThrowsExactly<FormatException>(() => DnsName.ToWire(name));

    [TestMethod]
    public void ToWire_AtTheGreatestLength_FitsAndNotBeyond()
    {
        string name = string.Join('.', Enumerable.Repeat(new string('a', 63), 3)) + "." + new string('b', 61);
        Assert.AreEqual(255, DnsName.ToWire(name).Length);
        Assert.AreEqual(255, DnsName.ToWire(name + ".").Length);
        Assert.ThrowsExactly<FormatException>(() => DnsName.ToWire(name + "b"));
        Assert.ThrowsExactly<FormatException>(() => DnsName.ToWire(name + "bb"));
        Assert.ThrowsExactly<FormatException>(() => DnsName.ToWire(name + ".a"));
    }

    [TestMethod]
    public void FromWire_EveryOctet_ComesBack()
    {
        for (int octet = 0; octet < 256; octet++)
        {
            byte[] wire = [2, (byte)octet, (byte)'x', 0];
            CollectionAssert.AreEqual(wire, DnsName.ToWire(DnsName.FromWire(wire)));
        }
    }

    [TestMethod]
    public void Same_LetterCaseAside_ComparesNames()
    {
        Assert.IsTrue(DnsName.Same("Host-B.c.A.xx", "host-b.C.a.XX"));
        Assert.IsFalse(DnsName.Same("host-b.c.a.xx", "host-b.c.a.xy"));
    }
}
