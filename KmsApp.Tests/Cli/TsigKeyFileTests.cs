using System.Text;
using Kms.Cli;

namespace KmsApp.Tests.Cli;

[TestClass]
public sealed class TsigKeyFileTests
{
    private const string Secret = "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3I=";

    [TestMethod]
    [DataRow("key \"update.key\" { algorithm hmac-sha256; secret \"" + Secret + "\"; };")]
    [DataRow("key Update.Key. {\n\tsecret " + Secret + ";\n\talgorithm \"HMAC-SHA256\";\n};\n")]
    [DataRow("# made by tsig-keygen\nkey \"update.key\" { // here\n /* and\n here */ algorithm hmac-sha256; secret \"" + Secret + "\"; }")]
    public void Parse_AKeyAsBindReadsIt_IsThatKey(string text)
    {
        TsigKey key = TsigKeyFile.Parse(text);

        Assert.AreEqual("update.key", key.Name);
        Assert.AreEqual(TsigAlgorithm.HmacSha256, key.Algorithm);
        CollectionAssert.AreEqual(System.Security.Cryptography.HMACSHA256.HashData(Convert.FromBase64String(Secret), "text"u8), key.Mac("text"u8));
        CollectionAssert.AreEqual((byte[])[6, .. Encoding.ASCII.GetBytes("update"), 3, .. Encoding.ASCII.GetBytes("key"), 0], key.WireName.ToArray());
    }

    [TestMethod]
    [DataRow("hmac-sha384", TsigAlgorithm.HmacSha384)]
    [DataRow("hmac-sha512", TsigAlgorithm.HmacSha512)]
    public void Parse_OtherAlgorithms_AreRead(string name, object algorithm) =>
        Assert.AreEqual(algorithm, TsigKeyFile.Parse($"key k {{ algorithm {name}; secret {Secret}; }};").Algorithm);

    [TestMethod]
    [DataRow("", "no file of one TSIG key")]
    [DataRow(Secret, "no file of one TSIG key")]
    [DataRow("key k { secret " + Secret + "; };", "no file of one TSIG key")]
    [DataRow("key k { algorithm hmac-sha256; };", "no file of one TSIG key")]
    [DataRow("key k { algorithm hmac-sha256; secret " + Secret + " };", "no file of one TSIG key")]
    [DataRow("key k { algorithm hmac-sha256; secret \"" + Secret + "; };", "no file of one TSIG key")]
    [DataRow("key k { algorithm hmac-sha256; secret " + Secret + "; }; key j { algorithm hmac-sha256; secret " + Secret + "; };", "no file of one TSIG key")]
    [DataRow("key k { algorithm hmac-md5; secret " + Secret + "; };", "no algorithm of TSIG")]
    [DataRow("key k { algorithm hmac-sha256; secret c2VjcmV0*; };", "is base64")]
    [DataRow("key k { algorithm hmac-sha256; secret \"\"; };", "is empty")]
    [DataRow("key k..k { algorithm hmac-sha256; secret " + Secret + "; };", "is not a domain name")]
    public void Parse_SomethingElse_SaysSoWithoutTheSecret(string text, string says)
    {
        FormatException e = Assert.ThrowsExactly<FormatException>(() => TsigKeyFile.Parse(text));

        Assert.Contains(says, e.Message);
        Assert.DoesNotContain("c2Vj", e.Message);
    }
}
