using System.Security.Cryptography;
using System.Text.Json;
using Kms.Cli;
using Kms.Protocol;
using PublicKey = Kms.Protocol.PublicKey;

namespace KmsApp.Tests.Cli;

[TestClass]
public sealed class KeyFormatTests
{
    private static readonly DomainName Name = DomainName.Parse("host-b.c.a.xx");

    private static readonly string[][] SshTypes = [["ed25519"], ["ecdsa", "256"], ["ecdsa", "384"], ["ecdsa", "521"], ["rsa", "1024"]];

    private readonly string _folder = Directory.CreateTempSubdirectory("kms-formats-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task SshAndSshfp_EveryTypeOfSsh_AreWhatSshKeygenWrites()
    {
        foreach (string[] type in SshTypes)
        {
            string file = await MakeSshKeyAsync(type);
            string line = (await File.ReadAllTextAsync(file + ".pub")).TrimEnd();

            PublicKey key = Read(file + ".pub");

            Assert.AreEqual(line, Write("ssh", key));
            string records = await Tool.MakeAsync("ssh-keygen", ["-r", Name + ".", "-f", file + ".pub"]);
            Assert.Contains(Write("sshfp", key), records.Split('\n'));
        }
    }

    [TestMethod]
    public async Task PemAndSsh_EveryTypeOfSsh_GoThereAndBack()
    {
        foreach (string[] type in SshTypes)
        {
            string file = await MakeSshKeyAsync(type);
            PublicKey key = Read(file + ".pub");
            await File.WriteAllTextAsync(file + ".again", Write("ssh", key));
            await File.WriteAllTextAsync(file + ".pem", Write("pem", key));
            await File.WriteAllTextAsync(file + ".spki", Write("spki", key));

            Assert.AreEqual(key, Read(file + ".again"));
            Assert.AreEqual(key, Read(file + ".pem"));
            Assert.AreEqual(key, Read(file + ".spki"));
            Assert.AreEqual(key, Read(file));
            if (type[0] != "ed25519")
                Assert.AreEqual(Write("ssh", key).Split(' ')[1], (await Tool.MakeAsync("ssh-keygen", ["-i", "-m", "PKCS8", "-f", file + ".pem"])).Split(' ')[1].TrimEnd());
        }
    }

    [TestMethod]
    public async Task PinAndTlsa_ACertificatesKey_AreWhatOpenSslComputes()
    {
        await MakeCertificateAsync();
        byte[] info = await InfoOfAsync("certificate.pem");

        PublicKey key = Read(Path.Combine(_folder, "certificate.pem"));

        Assert.AreEqual("sha256//" + Convert.ToBase64String(SHA256.HashData(info)), Write("pin", key));
        Assert.AreEqual("3 1 1 " + Convert.ToHexStringLower(SHA256.HashData(info)), Write("tlsa", key));
        Assert.AreEqual(Convert.ToBase64String(info), Write("spki", key));
    }

    [TestMethod]
    public async Task Jwk_ACurveAndRsa_IsTheKeyThatThePlatformReads()
    {
        foreach (string[] type in SshTypes[1..])
        {
            PublicKey key = Read(await MakeSshKeyAsync(type) + ".pub");

            using JsonDocument jwk = JsonDocument.Parse(Write("jwk", key));

            Assert.AreEqual(key.ToString(), Convert.ToBase64String(type[0] == "rsa" ? RsaOf(jwk.RootElement) : EllipticOf(jwk.RootElement)));
        }
    }

    /// <summary>The keys of RFC 8037 appendix A.2 and A.6, and what is said there of them.</summary>
    [TestMethod]
    [DataRow("MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", """{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""")]
    [DataRow("MCowBQYDK2VuAyEA3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=", """{"crv":"X25519","kty":"OKP","x":"3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}""")]
    public void Jwk_AKeyOfRfc8037_IsThatOfTheRfc(string info, string jwk) => Assert.AreEqual(jwk, Write("jwk", PublicKey.Parse(info)));

    [TestMethod]
    public async Task WireGuard_AKeyOfWg_GoesThereAndBack()
    {
        string own = await Tool.MakeAsync("wg", ["genkey"]), text = await Tool.MakeAsync("wg", ["pubkey"], own);
        await File.WriteAllTextAsync(Path.Combine(_folder, "wg0.pub"), text);

        PublicKey key = Read(Path.Combine(_folder, "wg0.pub"));

        Assert.AreEqual(text.TrimEnd(), Write("wireguard", key));
        await File.WriteAllTextAsync(Path.Combine(_folder, "wg0.pem"), Write("pem", key));
        Assert.Contains("X25519 Public-Key", await Tool.MakeAsync("openssl", ["pkey", "-pubin", "-in", "wg0.pem", "-noout", "-text"], folder: _folder));
    }

    [TestMethod]
    [DataRow("wireguard", "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "wireguard needs an X25519 key, and this is Ed25519.")]
    [DataRow("ssh", "MCowBQYDK2VuAyEA3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=", "ssh needs a P-256, P-384, P-521, RSA or Ed25519 key, and this is X25519.")]
    [DataRow("sshfp", "MCowBQYDK2VuAyEA3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=", "this is X25519.")]
    [DataRow("jwk", "MEMwBQYDK2VxAzoAX9dEm1m0Yf0s54fsYWrUah2hNCSFpw4fig6nXYDpZ3jt8SR2m0bHBhvWeD3x5Q9s0foavq/oJWGA", "and this is of the algorithm 1.3.101.113.")]
    public void Write_AnAlgorithmThatTheFormatHasNot_SaysWhichItWants(string format, string info, string says)
    {
        FormatException e = Assert.ThrowsExactly<FormatException>(() => Write(format, PublicKey.Parse(info)));

        Assert.Contains(says, e.Message);
    }

    [TestMethod]
    public void Write_APointThatIsNotOnItsCurve_IsRefused()
    {
        using ECDsa ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] info = ecdsa.ExportSubjectPublicKeyInfo();
        info[^1] ^= 1;
        Assert.IsTrue(PublicKey.TryRead(info, out PublicKey? key));

        Assert.Contains("P-256", Assert.ThrowsExactly<CryptographicException>(() => Write("ssh", key)).Message);
    }

    [TestMethod]
    public void Parse_ANameOfNoFormat_ListsThem() =>
        Assert.Contains("pem, spki, jwk, ssh, wireguard, sshfp, tlsa, pin", Assert.ThrowsExactly<FormatException>(() => KeyFormat.Parse("der")).Message);

    private static string Write(string format, PublicKey key) => KeyFormat.Parse(format).Write(key, Name);

    private static PublicKey Read(string file) => PublicKeyFile.Parse(File.ReadAllBytes(file), Path.GetFileName(file));

    private static byte[] EllipticOf(JsonElement jwk)
    {
        using ECDsa ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.CreateFromFriendlyName("nist" + jwk.GetProperty("crv").GetString()!.Replace("-", "", StringComparison.Ordinal)),
            Q = new ECPoint { X = Bytes(jwk, "x"), Y = Bytes(jwk, "y") },
        });
        return ecdsa.ExportSubjectPublicKeyInfo();
    }

    private static byte[] RsaOf(JsonElement jwk)
    {
        using RSA rsa = RSA.Create(new RSAParameters { Modulus = Bytes(jwk, "n"), Exponent = Bytes(jwk, "e") });
        return rsa.ExportSubjectPublicKeyInfo();
    }

    private static byte[] Bytes(JsonElement jwk, string member) => System.Buffers.Text.Base64Url.DecodeFromChars(jwk.GetProperty(member).GetString());

    private async Task<string> MakeSshKeyAsync(string[] type)
    {
        string file = Path.Combine(_folder, string.Join('-', type));
        await Tool.MakeAsync("ssh-keygen", ["-q", "-N", "", "-C", Name.Value, "-f", file, "-t", type[0], .. type.Skip(1).SelectMany(bits => (string[])["-b", bits])]);
        return file;
    }

    private Task<string> MakeCertificateAsync() => Tool.MakeAsync(
        "openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-nodes", "-keyout", "key.pem", "-out", "certificate.pem", "-subj", "/CN=host-b"], folder: _folder);

    private async Task<byte[]> InfoOfAsync(string certificate)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "public.pem"), await Tool.MakeAsync("openssl", ["x509", "-in", certificate, "-noout", "-pubkey"], folder: _folder));
        await Tool.MakeAsync("openssl", ["pkey", "-pubin", "-in", "public.pem", "-outform", "DER", "-out", "public.der"], folder: _folder);
        return await File.ReadAllBytesAsync(Path.Combine(_folder, "public.der"));
    }
}
