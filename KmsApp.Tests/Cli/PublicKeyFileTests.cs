using Kms.Cli;
using Kms.Protocol;

namespace KmsApp.Tests.Cli;

[TestClass]
public sealed class PublicKeyFileTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kms-keys-").FullName;

    [TestCleanup]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    /// <summary>Whatever half in whatever form: the public key is the one that openssl computes.</summary>
    [TestMethod]
    [DataRow("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256")]
    [DataRow("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521")]
    [DataRow("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048")]
    public async Task Read_EveryFormOfOpenSsl_IsTheSameKey(string makes)
    {
        await OpenSslAsync(makes + " -out pkcs8.pem");
        await OpenSslAsync("pkey -in pkcs8.pem -pubout -out public.pem");
        await OpenSslAsync("pkey -in pkcs8.pem -pubout -outform DER -out public.der");
        await OpenSslAsync("pkey -in pkcs8.pem -outform DER -out private.der");
        await OpenSslAsync("pkey -in pkcs8.pem -traditional -out traditional.pem");
        await OpenSslAsync("req -x509 -key pkcs8.pem -out certificate.pem -subj /CN=x");
        await OpenSslAsync("x509 -in certificate.pem -outform DER -out certificate.der");
        PublicKey.TryRead(await File.ReadAllBytesAsync(PathOf("public.der")), out PublicKey? expected);

        foreach (string file in (string[])["pkcs8.pem", "public.pem", "public.der", "private.der", "traditional.pem", "certificate.pem", "certificate.der"])
            Assert.AreEqual(expected, Read(file), file);
    }

    [TestMethod]
    public async Task Read_AnEcParametersBlockBeforeTheKey_IsPassedOver()
    {
        await OpenSslAsync("ecparam -genkey -name prime256v1 -out key.pem");
        Assert.StartsWith("-----BEGIN EC PARAMETERS", await File.ReadAllTextAsync(PathOf("key.pem")));

        Assert.AreEqual(KeyAlgorithm.P256, Read("key.pem").Algorithm);
    }

    [TestMethod]
    public async Task Read_AnEncryptedOpenSshKey_HasItsPublicHalfInTheClear()
    {
        await Tool.MakeAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "a pass phrase", "-f", PathOf("key")]);

        Assert.AreEqual(Read("key.pub"), Read("key"));
        Assert.AreEqual(KeyAlgorithm.Ed25519, Read("key").Algorithm);
    }

    [TestMethod]
    public async Task Read_Input_IsWhatIsPipedIn()
    {
        using SigningKey key = KeyImporter.Generate();
        CommandEnvironment environment = new() { Output = TextWriter.Null, Error = TextWriter.Null, Input = new StringReader(key.PublicKey + "\n") };

        Assert.AreEqual(key.PublicKey, await Task.Run(() => PublicKeyFile.Read("-", environment)));
    }

    [TestMethod]
    [DataRow("genpkey -algorithm ED25519 -out FILE", "a private Ed25519 key, whose public half cannot be computed here: write the public key with 'openssl pkey")]
    [DataRow("genpkey -algorithm X25519 -out FILE", "a private X25519 key")]
    [DataRow("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes128 -pass pass:secret -out FILE", "is encrypted: write its public half with 'openssl pkey")]
    [DataRow("genrsa -traditional -aes128 -passout pass:secret -out FILE 1024", "is encrypted")]
    [DataRow("ecparam -name prime256v1 -out FILE", "The PEM block is a EC PARAMETERS")]
    public async Task Read_APrivateKeyThatCannotBeUsed_SaysWhatToDo(string makes, string says)
    {
        await OpenSslAsync(makes.Replace("FILE", "key.pem", StringComparison.Ordinal));

        Assert.Contains(says, Refusal("key.pem"));
    }

    [TestMethod]
    public async Task Read_AnX25519PublicKey_IsRead()
    {
        await OpenSslAsync("genpkey -algorithm X25519 -out private.pem");
        await OpenSslAsync("pkey -in private.pem -pubout -out public.pem");

        Assert.IsTrue(X25519.TryReadRaw(Read("public.pem"), out byte[]? raw));
        Assert.AreEqual(Read("public.pem"), X25519.FromRaw(raw));
    }

    /// <summary>Twenty of each: a public key looks like a private one once in sixteen.</summary>
    [TestMethod]
    public async Task Read_APrivateWireGuardKey_IsNeverTakenForAPublicOne()
    {
        for (int i = 0; i < 20; i++)
        {
            string own = await Tool.MakeAsync("wg", ["genkey"]);
            await File.WriteAllTextAsync(PathOf("wg0"), own);
            await File.WriteAllTextAsync(PathOf("wg0.pub"), await Tool.MakeAsync("wg", ["pubkey"], own));

            Assert.Contains("wg pubkey < FILE > FILE.pub", Refusal("wg0"));
            Assert.IsTrue(X25519.TryReadRaw(Read("wg0.pub"), out _));
        }
    }

    [TestMethod]
    [DataRow("privatekey", "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=")]
    [DataRow("wg0.key", "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=")]
    public async Task Read_AWireGuardKeyThatIsPrivateByItsName_IsRefused(string name, string text)
    {
        await File.WriteAllTextAsync(PathOf(name), text);

        Assert.Contains("It looks like a private WireGuard key", Refusal(name));
    }

    [TestMethod]
    public async Task Read_AWireGuardKeyThatIsNoneByItsBits_IsRefused()
    {
        await File.WriteAllTextAsync(PathOf("wg0.pub"), "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTuo=");

        Assert.Contains("no X25519 key is written so", Refusal("wg0.pub"));
    }

    [TestMethod]
    [DataRow("", "It is empty.")]
    [DataRow("hello", "It holds no key of a known form. Give a public or private key")]
    [DataRow("-----BEGIN PUBLIC KEY-----\nMFkw", "The PEM block is not whole.")]
    [DataRow("-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----", "The PEM block is a CERTIFICATE REQUEST: give a PUBLIC KEY")]
    [DataRow("-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----", "no SubjectPublicKeyInfo")]
    [DataRow("-----BEGIN OPENSSH PRIVATE KEY-----\nMAA=\n-----END OPENSSH PRIVATE KEY-----", "does not begin as openssh-key-v1")]
    [DataRow("---- BEGIN SSH2 PUBLIC KEY ----\n", "ssh-keygen -i -f FILE")]
    [DataRow("PuTTY-User-Key-File-3: ssh-ed25519\n", "puttygen FILE")]
    [DataRow("[Interface]\nPrivateKey = x\n", "wg show INTERFACE public-key")]
    [DataRow("ssh-ed25519", "the base64 of the key is missing or broken")]
    [DataRow("ssh-ed25519 AAAAB3NzaC1yc2E=", "begins with 'ssh-ed25519', and its key is of the type 'ssh-rsa'")]
    [DataRow("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAAQE=", "An Ed25519 key has 32 bytes")]
    [DataRow("ssh-dss AAAAB3NzaC1kc3M=", "a key of the type 'ssh-dss'")]
    [DataRow("ssh-rsa AAAAB3NzaC1yc2E=", "begins as a ssh-rsa key, and is not whole")]
    [DataRow("ssh-ed25519 AAAA\nssh-ed25519 AAAA", "It has 2 lines")]
    public async Task Read_WhatHoldsNoKey_SaysWhatItIs(string contents, string says)
    {
        await File.WriteAllTextAsync(PathOf("file"), contents);

        string refusal = Refusal("file");
        Assert.Contains(says, refusal);
        Assert.StartsWith(PathOf("file"), refusal);
    }

    [TestMethod]
    public async Task Read_ALongFile_IsNotRead()
    {
        await File.WriteAllBytesAsync(PathOf("file"), new byte[PublicKeyFile.MaximumLength + 1]);

        Assert.Contains("It is longer than 65536 bytes", Refusal("file"));
    }

    [TestMethod]
    public async Task KeyRecord_AnOpenSshKey_IsTheRecordOfTheUseSsh()
    {
        await Tool.MakeAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", PathOf("key")]);

        CommandRun result = await CommandRun.OfAsync("", "key-record", PathOf("key.pub"), "host-b.c.a.xx", "--use", "ssh", "--form", "console");

        Assert.AreEqual(0, result.Code, result.Error);
        Assert.AreEqual($"_kms.host-b.c.a.xx\nv=KMS1; t=key; name=host-b.c.a.xx; use=ssh; key={Read("key.pub")}\n", result.Output.ReplaceLineEndings("\n"));
    }

    [TestMethod]
    [DataRow("identity", "authenticates a host is P-256 (named curve, uncompressed point) or Ed25519, and this is RSA of 1024 bits")]
    [DataRow("Ssh", "is no use")]
    public async Task KeyRecord_AUseThatTheKeyCannotHave_IsRefused(string use, string says)
    {
        await Tool.MakeAsync("ssh-keygen", ["-q", "-t", "rsa", "-b", "1024", "-N", "", "-f", PathOf("key")]);

        CommandRun result = await CommandRun.OfAsync("", "key-record", PathOf("key"), "host-b.c.a.xx", "--use", use);

        Assert.AreEqual((int)ExitCode.Misused, result.Code);
        Assert.Contains(says, result.Error);
        Assert.AreEqual("", result.Output);
    }

    private static readonly CommandEnvironment Nobody = new() { Output = TextWriter.Null, Error = TextWriter.Null };

    private PublicKey Read(string file) => PublicKeyFile.Read(PathOf(file), Nobody);

    private string Refusal(string file) => Assert.ThrowsExactly<FormatException>(() => Read(file)).Message;

    private string PathOf(string file) => Path.Combine(_folder, file);

    private Task<string> OpenSslAsync(string command) => Tool.MakeAsync("openssl", command.Split(' '), folder: _folder);
}
