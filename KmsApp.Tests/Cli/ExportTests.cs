using System.Security.Cryptography;
using Kms.Cli;
using Kms.Lab;
using Kms.Protocol;
using KmsApp.Tests.Lab;

namespace KmsApp.Tests.Cli;

/// <summary><c>kms export</c> without the programs that read what it writes.</summary>
[TestClass]
public sealed class ExportTests : IDisposable
{
    private static Hierarchy _hierarchy = null!;

    private readonly CommandHost _host = new(_hierarchy.A, _hierarchy.Top) { Time = _hierarchy.Time };
    private readonly string _name = $"host-{Guid.NewGuid():n}.c.a.xx";

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => _hierarchy = await PatientHierarchy.StartAsync(HierarchyPlan.Figure7);

    [ClassCleanup]
    public static async Task StopAsync() => await _hierarchy.DisposeAsync();

    public void Dispose() => _host.Dispose();

    [TestMethod]
    public async Task Swanctl_WithOwnKey_WritesTheConnectionAndBothKeys()
    {
        PublicKey key = Publish("ipsec", NewEcKey());
        (string folder, string ownPublic) = (_host.FileOf("swanctl"), WriteOwnKey("own.pem", ECDsa.Create(ECCurve.NamedCurves.nistP384)));

        CommandRun run = await _host.RunAsync(
            "export", "swanctl", _name, "--out", folder, "--key", _host.FileOf("own.pem"), "--endpoint", "192.0.2.2", "--remote-ts", "10.2.0.0/24,2001:db8:2::/48", "--start-action", "none");

        Assert.AreEqual((int)ExitCode.Found, run.Code, run.Error);
        Assert.AreEqual("", run.Output);
        Assert.AreEqual(key.ToPem() + '\n', await File.ReadAllTextAsync(Path.Combine(folder, "pubkey", $"kms-{_name}.pem")));
        Assert.AreEqual(ownPublic + '\n', await File.ReadAllTextAsync(Path.Combine(folder, "pubkey", "kms-host-a.b.a.xx.pem")));
        string secret = Path.Combine(folder, "private", "kms-host-a.b.a.xx.pem");
        Assert.Contains("BEGIN PRIVATE KEY", await File.ReadAllTextAsync(secret));
        if (!OperatingSystem.IsWindows()) Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(secret));
        string connection = _name.Replace('.', '_');
        Assert.AreEqual($$"""
            # {{_name}}: 'kms export swanctl' writes this file, and replaces it when something changes.
            connections {
              {{connection}} {
                version = 2
                remote_addrs = 192.0.2.2
                send_certreq = no
                local {
                  auth = pubkey
                  id = host-a.b.a.xx
                  pubkeys = kms-host-a.b.a.xx.pem
                }
                remote {
                  auth = pubkey
                  id = {{_name}}
                  pubkeys = kms-{{_name}}.pem
                }
                children {
                  {{connection}} {
                    local_ts = dynamic
                    remote_ts = 10.2.0.0/24, 2001:db8:2::/48
                    start_action = none
                  }
                }
              }
            }

            """, await File.ReadAllTextAsync(Path.Combine(folder, "conf.d", $"kms-{_name}.conf")));
    }

    [TestMethod]
    public async Task Swanctl_WithoutOut_PrintsAllButThePrivateKey()
    {
        PublicKey key = Publish("ipsec", NewEcKey());
        string ownPublic = WriteOwnKey("own.pem", RSA.Create(2048));

        CommandRun run = await _host.RunAsync("export", "swanctl", _name, "--key", _host.FileOf("own.pem"));

        Assert.AreEqual((int)ExitCode.Found, run.Code, run.Error);
        Assert.Contains(key.ToPem(), run.Output);
        Assert.Contains(ownPublic, run.Output);
        Assert.Contains($"remote_addrs = {_name}", run.Output);
        Assert.DoesNotContain("PRIVATE", run.Output);
    }

    [TestMethod]
    public async Task Swanctl_OwnKeyNeverNamed_SaysSoAndWritesNothing()
    {
        Publish("ipsec", NewEcKey());

        CommandRun run = await _host.RunAsync("export", "swanctl", _name, "--out", _host.FileOf("swanctl"));

        Assert.AreEqual((int)ExitCode.Misused, run.Code);
        Assert.Contains("name this host's own private key with --key", run.Error);
        Assert.IsFalse(Directory.Exists(_host.FileOf("swanctl")));
    }

    [TestMethod]
    public async Task Swanctl_OwnKeyThere_IsNotNeededAgain()
    {
        Publish("ipsec", NewEcKey());
        WriteOwnKey("own.pem", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        await _host.RunAsync("export", "swanctl", _name, "--out", _host.FileOf("swanctl"), "--key", _host.FileOf("own.pem"));

        CommandRun run = await _host.RunAsync("export", "swanctl", _name, "--out", _host.FileOf("swanctl"));

        Assert.AreEqual(new CommandRun((int)ExitCode.Found, "", ""), run);
    }

    [TestMethod]
    [DataRow("public.pem")]
    [DataRow("text.pem")]
    [DataRow("encrypted.pem")]
    [DataRow("missing.pem")]
    public async Task Swanctl_OwnKeyIsNone_SaysSoAndAsksNobody(string file)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(_host.FileOf("public.pem"), key.ExportSubjectPublicKeyInfoPem());
        await File.WriteAllTextAsync(_host.FileOf("text.pem"), "nothing of the kind");
        await File.WriteAllTextAsync(_host.FileOf("encrypted.pem"), key.ExportEncryptedPkcs8PrivateKeyPem("password", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)));

        CommandRun run = await _host.RunAsync("export", "swanctl", _name, "--out", _host.FileOf("swanctl"), "--key", _host.FileOf(file));

        Assert.AreEqual((int)ExitCode.Misused, run.Code);
        Assert.Contains(file, run.Error);
        Assert.IsFalse(Directory.Exists(_host.FileOf("swanctl")));
    }

    [TestMethod]
    public async Task Wireguard_AnX25519Key_IsTheSectionThatWgReads()
    {
        string key = Convert.ToBase64String(NewX25519());
        Publish("wireguard", X25519.FromRaw(Convert.FromBase64String(key)));

        CommandRun run = await _host.RunAsync("export", "wireguard", _name, "--endpoint", "2001:db8::2", "--allowed-ips", "10.2.0.0/24", "--allowed-ips", "2001:db8:2::/48,10.3.0.1", "--allowed-ips", "10.4.0.9/24");

        Assert.AreEqual((int)ExitCode.Found, run.Code, run.Error);
        Assert.AreEqual(
            $"# {_name}: 'kms export wireguard' writes this file, and replaces it when something changes.\n[Peer]\nPublicKey = {key}\n"
            + "Endpoint = [2001:db8::2]:51820\nAllowedIPs = 10.2.0.0/24, 2001:db8:2::/48, 10.3.0.1, 10.4.0.0/24\n", run.Output);
    }

    [TestMethod]
    [DataRow("wireguard", "is no X25519 key")]
    [DataRow("swanctl", "signs nothing")]
    public async Task Export_KeyOfTheWrongKind_FailedAndNothingWritten(string format, string says)
    {
        if (format == "wireguard") Publish("wireguard", NewEcKey());
        else Publish("ipsec", X25519.FromRaw(NewX25519()));

        CommandRun run = await _host.RunAsync("export", format, _name, "--out", _host.FileOf("out"), "--apply-command", $"touch '{_host.FileOf("ran")}'");

        Assert.AreEqual((int)ExitCode.Failed, run.Code);
        Assert.Contains(says, run.Error);
        Assert.IsFalse(Path.Exists(_host.FileOf("out")));
        Assert.IsFalse(File.Exists(_host.FileOf("ran")));
    }

    [TestMethod]
    public async Task ApplyCommand_RunsOnlyWhenSomethingHasChanged()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("The command is one of a POSIX shell.");
        Publish("wireguard", X25519.FromRaw(new byte[32]));
        string[] args = ["export", "wireguard", _name, "--out", _host.FileOf("peer.conf"), "--apply-command", $"echo $KMS_NAME >> '{_host.FileOf("ran")}'"];

        CommandRun first = await _host.RunAsync(args);
        CommandRun second = await _host.RunAsync(args);
        int runs = (await File.ReadAllLinesAsync(_host.FileOf("ran"))).Length;
        string newKey = Convert.ToBase64String(NewX25519());
        Publish("wireguard", X25519.FromRaw(Convert.FromBase64String(newKey)));
        _hierarchy.Forget();
        CommandRun third = await _host.RunAsync(args);

        Assert.AreEqual($"kms: {_host.FileOf("peer.conf")} is written", first.Error.Trim());
        Assert.AreEqual(new CommandRun((int)ExitCode.Found, "", ""), second);
        Assert.AreEqual(1, runs);
        Assert.AreEqual((int)ExitCode.Found, third.Code, third.Error);
        Assert.Contains(newKey, await File.ReadAllTextAsync(_host.FileOf("peer.conf")));
        CollectionAssert.AreEqual(new[] { _name, _name }, await File.ReadAllLinesAsync(_host.FileOf("ran")));
    }

    [TestMethod]
    public async Task ApplyCommand_Fails_CodeFourAndItRunsAgain()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("The command is one of a POSIX shell.");
        Publish("wireguard", X25519.FromRaw(new byte[32]));
        string[] args = ["export", "wireguard", _name, "--out", _host.FileOf("peer.conf"), "--apply-command", $"echo >> '{_host.FileOf("ran")}'; test -e '{_host.FileOf("works")}'"];

        CommandRun first = await _host.RunAsync(args);
        CommandRun withoutCommand = await _host.RunAsync(args[..5]);
        await File.WriteAllTextAsync(_host.FileOf("works"), "");
        CommandRun second = await _host.RunAsync(args);
        CommandRun third = await _host.RunAsync(args);

        Assert.AreEqual((int)ExitCode.Failed, first.Code);
        Assert.Contains("ended with 1.", first.Error);
        Assert.Contains("runs again the next time", first.Error);
        Assert.AreEqual((0, 0, 0), (withoutCommand.Code, second.Code, third.Code));
        Assert.HasCount(2, await File.ReadAllLinesAsync(_host.FileOf("ran")));
        CollectionAssert.AreEquivalent(new[] { "identity.pem", "kms.json", "peer.conf", "ran", "works" }, Directory.GetFiles(_host.Folder).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    [DataRow("never had one", (int)ExitCode.HasNoKey)]
    [DataRow("has none any more", (int)ExitCode.Refused)]
    [DataRow("not attested by whom this host trusts", (int)ExitCode.Refused)]
    public async Task Export_NoKeyOrRefused_FilesStayAndNothingRuns(string how, int code)
    {
        string[] args = ["export", "wireguard", _name, "--out", _host.FileOf("peer.conf"), "--apply-command", $"touch '{_host.FileOf("ran")}'"];
        if (how == "never had one")
        {
            await File.WriteAllTextAsync(_host.FileOf("peer.conf"), "# by hand");
        }
        else
        {
            Publish("wireguard", X25519.FromRaw(new byte[32]));
            Assert.AreEqual((int)ExitCode.Found, (await _host.RunAsync(args[..5])).Code);
            if (how == "has none any more") _hierarchy.KmsOfB.Zone.Withdraw(DomainName.Parse(_name), Use.Parse("wireguard"));
            else TrustAnotherKey();
            _hierarchy.Forget();
        }
        string before = await File.ReadAllTextAsync(_host.FileOf("peer.conf"));

        // After a refusal it waits for a better answer to the end: for no longer than a host does.
        CommandRun run = await _host.RunAsync(environment => environment with { Time = new ImpatientTime(times: 1, _hierarchy.Time) }, args);

        Assert.AreEqual(code, run.Code, run.Error);
        Assert.AreEqual(before, await File.ReadAllTextAsync(_host.FileOf("peer.conf")));
        Assert.IsFalse(File.Exists(_host.FileOf("ran")));
    }

    [TestMethod]
    [DataRow("wireguard --endpoint here:there", "is no endpoint")]
    [DataRow("wireguard --endpoint 192.0.2.1:0:0", "is no endpoint")]
    [DataRow("wireguard --endpoint {}", "is no domain name")]
    [DataRow("wireguard --allowed-ips 10.2.0.0/33", "is no network")]
    [DataRow("wireguard --allowed-ips 10.2.0.0/24,", "is no network")]
    [DataRow("wireguard --apply-command true", "name them with --out")]
    [DataRow("swanctl --endpoint a}b", "is no domain name")]
    [DataRow("swanctl --local-ts everything", "is no network")]
    [DataRow("swanctl --start-action now", "now")]
    [DataRow("openvpn", "openvpn")]
    public async Task Export_WrongCommandLine_SaysWhatIsRight(string line, string says)
    {
        string[] words = line.Split(' ');

        CommandRun run = await _host.RunAsync(["export", words[0], _name, .. words[1..]]);

        Assert.AreEqual((int)ExitCode.Misused, run.Code);
        Assert.Contains(says, run.Error);
        Assert.DoesNotContain("PublicKey =", run.Output);
    }

    [TestMethod]
    public async Task Export_OwnName_Refused()
    {
        CommandRun run = await _host.RunAsync("export", "wireguard", _hierarchy.A.Name.Value);

        Assert.AreEqual((int)ExitCode.Misused, run.Code);
        Assert.Contains("is this host itself", run.Error);
    }

    [TestMethod]
    [DataRow("a.b", "a_b")]
    [DataRow("a_b", "a~b")]
    [DataRow("host-b.c.a.xx", "host-b_c_a_xx")]
    public void ConnectionName_HasNoDotAndIsNobodyElses(string name, string expected) =>
        Assert.AreEqual(expected, new SwanctlConnection(DomainName.Parse("own.xx"), DomainName.Parse(name), "", "", "", "").Name);

    [TestMethod]
    public void X25519_KeysOfRfc7748_AreReadAndWritten()
    {
        // Alice's public key, RFC 7748 section 6.1.
        byte[] raw = Convert.FromHexString("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");

        PublicKey key = X25519.FromRaw(raw);

        Assert.IsTrue(X25519.TryReadRaw(key, out byte[]? read));
        CollectionAssert.AreEqual(raw, read);
        Assert.AreEqual("302a300506032b656e032100" + "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", Convert.ToHexStringLower(key.Info.Span));
        Assert.IsFalse(X25519.TryReadRaw(NewEcKey(), out _));
    }

    private static PublicKey NewEcKey()
    {
        using SigningKey key = KeyImporter.Generate();
        return key.PublicKey;
    }

    private PublicKey Publish(string use, PublicKey key)
    {
        _hierarchy.KmsOfB.Zone.Publish(new KeyRecord(DomainName.Parse(_name), Use.Parse(use), key, null, null));
        return key;
    }

    private string WriteOwnKey(string file, AsymmetricAlgorithm key)
    {
        using (key)
        {
            File.WriteAllText(_host.FileOf(file), key.ExportPkcs8PrivateKeyPem());
            return key.ExportSubjectPublicKeyInfoPem();
        }
    }

    private void TrustAnotherKey() =>
        _host.Configure(settings => settings with { Trust = [settings.Trust[0] with { PublicKeys = [NewEcKey()] }] });

    /// <summary>As "wg pubkey" writes one: the last bit is zero.</summary>
    private static byte[] NewX25519()
    {
        byte[] raw = RandomNumberGenerator.GetBytes(X25519.KeySize);
        raw[^1] &= 0x7F;
        return raw;
    }
}
