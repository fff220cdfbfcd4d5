using System.Net;
using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests;

[TestClass]
public sealed class KmsAddressTests
{
    private const string Pin = "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    [TestMethod]
    [DataRow("192.0.2.1", "192.0.2.1:53")]
    [DataRow("192.0.2.1:5353", "192.0.2.1:5353")]
    [DataRow("2001:db8::1", "[2001:db8::1]:53")]
    [DataRow("[2001:db8::1]", "[2001:db8::1]:53")]
    [DataRow("[2001:DB8:0::1]:5353", "[2001:db8::1]:5353")]
    public void Parse_AddressWithoutTls_AskedOverUdpAndTcp(string text, string canonical)
    {
        KmsAddress address = KmsAddress.Parse(text);

        Assert.AreEqual(canonical, address.ToString());
        Assert.AreEqual(KmsAddress.FromIPEndPoint(IPEndPoint.Parse(canonical)), address);
        Assert.IsNull(address.Tls);
        Assert.AreEqual(address, KmsAddress.Parse(canonical));
    }

    [TestMethod]
    [DataRow("tls://192.0.2.1", "tls://192.0.2.1", 853, "192.0.2.1", false)]
    [DataRow("tls://192.0.2.1:853", "tls://192.0.2.1", 853, "192.0.2.1", false)]
    [DataRow("tls://192.0.2.1:8853", "tls://192.0.2.1:8853", 8853, "192.0.2.1", false)]
    [DataRow("tls://[2001:db8::1]", "tls://[2001:db8::1]", 853, "2001:db8::1", false)]
    [DataRow("tls://2001:db8::1", "tls://[2001:db8::1]", 853, "2001:db8::1", false)]
    [DataRow("TLS://KMS1.b.a.xx.:8853", "tls://kms1.b.a.xx:8853", 8853, "kms1.b.a.xx", false)]
    [DataRow("tls://kms1", "tls://kms1", 853, "kms1", false)]
    [DataRow("tls://kms1.b.a.xx#kms1.b.a.xx", "tls://kms1.b.a.xx", 853, "kms1.b.a.xx", false)]
    [DataRow("tls://192.0.2.1#kms1.b.a.xx", "tls://192.0.2.1#kms1.b.a.xx", 853, "kms1.b.a.xx", false)]
    [DataRow("tls://[2001:db8::1]:99#192.0.2.1", "tls://[2001:db8::1]:99#192.0.2.1", 99, "192.0.2.1", false)]
    [DataRow("tls://192.0.2.1#" + Pin, "tls://192.0.2.1#" + Pin, 853, "192.0.2.1", true)]
    [DataRow("tls://kms1.b.a.xx:99#" + Pin, "tls://kms1.b.a.xx:99#" + Pin, 99, "kms1.b.a.xx", true)]
    public void Parse_AddressWithTls_WrittenBackInItsOneSpelling(string text, string canonical, int port, string name, bool hasPin)
    {
        KmsAddress address = KmsAddress.Parse(text);

        Assert.AreEqual(canonical, address.ToString());
        Assert.AreEqual(address, KmsAddress.Parse(canonical));
        Assert.AreEqual(port, address.Port);
        Assert.AreEqual(new TlsServer(name, hasPin ? Digest.Of([]) : null), address.Tls);
    }

    [TestMethod]
    [DataRow("", "is no address")]
    [DataRow("here", "tls://HOST for DNS over TLS")]
    [DataRow("kms1.b.a.xx:53", "is no address")]
    [DataRow("192.0.2", "is no address")]
    [DataRow("192.0.2.1:0", "is no address")]
    [DataRow("192.0.2.1:", "is no address")]
    [DataRow("192.0.2.1:+53", "is no address")]
    [DataRow("192.0.2.1:65536", "is no address")]
    [DataRow("[192.0.2.1]:53", "is no address")]
    [DataRow("[2001:db8::1", "is no address")]
    [DataRow("[2001:db8::1]53", "is no address")]
    [DataRow("https://192.0.2.1", "is no address")]
    [DataRow("tls://", "has no host")]
    [DataRow("tls://:853", "has no host")]
    [DataRow("tls://#kms1", "has no host")]
    [DataRow("tls://192.0.2.256", "has no host")]
    [DataRow("tls://kms1.b.a.xx:0", "has no host")]
    [DataRow("tls://kms1.b.a.xx/dns-query", "has no host")]
    [DataRow("tls://kms1@192.0.2.1", "has no host")]
    [DataRow("tls://192.0.2.1#", "after # stands")]
    [DataRow("tls://192.0.2.1#kms1#kms2", "after # stands")]
    [DataRow("tls://192.0.2.1#sha256/", "44 characters")]
    [DataRow("tls://192.0.2.1#sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", "44 characters")]
    [DataRow("tls://192.0.2.1#sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=", "44 characters")]
    [DataRow("tls://192.0.2.1#sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= ", "44 characters")]
    [DataRow("tls://192.0.2.1#sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=AAAA", "44 characters")]
    [DataRow("tls://192.0.2.1#sha1/2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "after # stands")]
    public void Parse_SomethingElse_SaysWhatIsRight(string text, string says) =>
        Assert.Contains(says, Assert.ThrowsExactly<FormatException>(() => KmsAddress.Parse(text)).Message);
}
