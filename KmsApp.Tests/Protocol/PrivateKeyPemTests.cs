using System.Security.Cryptography;
using Kms.Protocol;

namespace KmsApp.Tests.Protocol;

/// <summary>Private keys as people have them: made by openssl, right and wrong.</summary>
[TestClass]
public sealed class PrivateKeyPemTests
{
    private const string Encrypted = "is encrypted", NoKey = "There is no PEM block", NotOne = "holds no one private key that can sign here", OtherCurve = "another curve than P-256";

    [TestMethod]
    [DataRow("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem")]
    [DataRow("ecparam -name prime256v1 -genkey -out key.pem")]
    [DataRow("ecparam -name prime256v1 -genkey -noout -out key.pem")]
    [DataRow("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -outform DER -out key.der|pkey -inform DER -in key.der -out key.pem")]
    [DataRow("ecparam -name prime256v1 -genkey -noout -out sec1.pem|pkcs8 -topk8 -nocrypt -in sec1.pem -out key.pem")]
    [DataRow("ecparam -name prime256v1 -genkey -noout -out full.pem|ec -in full.pem -no_public -out key.pem")]
    public void Import_P256MadeByOpenSsl_SignsForItsPublicKey(string commands)
    {
        using OpenSsl openssl = new();
        foreach (string command in commands.Split('|')) openssl.Make(command);
        using SigningKey key = VectorKeys.Importer().ImportPem(openssl.Read("key.pem"));
        string expected = openssl.Make("ec -in key.pem -pubout -conv_form uncompressed").Split("-----BEGIN")[1];
        Assert.StartsWith(key.PublicKey.ToPem().Split("-----BEGIN")[1], expected);
        Assert.IsTrue(VectorKeys.Importer().TryImport(key.PublicKey, out VerificationKey? verification, out _));
        byte[] signature = new byte[SigningKey.SignatureSize];
        key.Sign("text"u8, signature);
        Assert.IsTrue(verification.Verify("text"u8, signature));
        verification.Dispose();
    }

    [TestMethod]
    [DataRow("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out key.pem", OtherCurve)]
    [DataRow("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 -out key.pem", OtherCurve)]
    [DataRow("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit -out key.pem", OtherCurve)]
    [DataRow("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024 -out key.pem", NotOne)]
    [DataRow("genrsa -traditional -out key.pem 1024", "is a RSA PRIVATE KEY")]
    [DataRow("genpkey -algorithm X25519 -out key.pem", NotOne)]
    [DataRow("genpkey -algorithm ED448 -out key.pem", NotOne)]
    [DataRow("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256 -pass pass:word -out key.pem", Encrypted)]
    [DataRow("ecparam -name prime256v1 -genkey -noout -out plain.pem|ec -in plain.pem -aes256 -passout pass:word -out key.pem", NoKey)]
    [DataRow("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out private.pem|pkey -in private.pem -pubout -out key.pem", "is a PUBLIC KEY, not a PRIVATE KEY")]
    [DataRow("ecparam -name prime256v1 -genkey -noout -out full.pem|ec -in full.pem -conv_form compressed -out key.pem", NotOne)]
    [DataRow("ecparam -name prime256v1 -out key.pem", "is a EC PARAMETERS, not a PRIVATE KEY")]
    public void Import_AnotherPemMadeByOpenSsl_SaysWhatIsWrong(string commands, string expected)
    {
        using OpenSsl openssl = new();
        foreach (string command in commands.Split('|')) openssl.Make(command);
        AssertRefused(openssl.Read("key.pem"), expected);
    }

    [TestMethod]
    public void Import_NoPem_SaysSo()
    {
        AssertRefused("", NoKey);
        AssertRefused("MFkwEwYHKoZIzj0CAQ", NoKey);
        AssertRefused("-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----", NoKey);
        AssertRefused("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", NotOne);
        AssertRefused("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", NotOne);
        AssertRefused(PemEncoding.WriteString("CERTIFICATE", [1, 2, 3]), "is a CERTIFICATE");
    }

    [TestMethod]
    public void Import_TwoKeys_IsRefusedAsAmbiguous() =>
        AssertRefused(VectorKeys.Pem("kms0.pem") + VectorKeys.Pem("kms1.pem"), NotOne);

    /// <summary>A private key that carries another's public key would sign what nobody can verify.</summary>
    [TestMethod]
    public void Import_PublicKeyOfAnother_IsRefused()
    {
        string pem = VectorKeys.Pem("kms0.pem");
        byte[] pkcs8 = Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);
        VectorKeys.Public("kms1").Info.Span[^64..].CopyTo(pkcs8.AsSpan(pkcs8.Length - 64));
        AssertRefused(PemEncoding.WriteString("PRIVATE KEY", pkcs8), NotOne);
    }

    [TestMethod]
    public void ToPem_AndBack_IsTheSameKey()
    {
        using SigningKey key = KeyImporter.Generate();
        using SigningKey again = new KeyImporter(null).ImportPem(key.ToPem());
        Assert.AreEqual(key.PublicKey, again.PublicKey);
        Assert.AreEqual(key.ToPem(), again.ToPem());
    }

    [TestMethod]
    public void Import_CarriageReturnsAndTextAround_DoNotMatter()
    {
        using SigningKey key = new KeyImporter(null).ImportPem("the key of kms0\r\n" + VectorKeys.Pem("kms0.pem").ReplaceLineEndings("\r\n") + "\r\nend");
        Assert.AreEqual(VectorKeys.Public("kms0"), key.PublicKey);
    }

    private static void AssertRefused(string pem, string expected)
    {
        CryptographicException e = Assert.ThrowsExactly<CryptographicException>(() => VectorKeys.Importer().ImportPem(pem).Dispose());
        StringAssert.Contains(e.Message, expected);
    }
}
