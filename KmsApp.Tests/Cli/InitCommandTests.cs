using Kms.Cli;
using Kms.Protocol;
using Newtonsoft.Json.Linq;

namespace KmsApp.Tests.Cli;

[TestClass]
public sealed class InitCommandTests : IDisposable
{
    private const string Name = "host-a.b.a.xx";

    private readonly CommandFolder _kms = new();
    private readonly PublicKey _key = TestParties.NewKey();

    public void Dispose() => _kms.Dispose();

    [TestMethod]
    public async Task Init_ANewHost_MakesKeyAndSettingsAndPrintsTheRecord()
    {
        string output = await _kms.MustAsync("init", Name);

        Assert.Contains($"_kms.{Name}", output);
        Assert.Contains($"v=KMS1; t=key; name={Name}; key={_kms.Key()}", output);
        HostSettings settings = new HostFolder(_kms.Folder).ReadSettings();
        Assert.AreEqual(Name, settings.Name.Value);
        Assert.IsNull(settings.Kms);
        if (!OperatingSystem.IsWindows()) Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_kms.FileOf("identity.pem")));
        CollectionAssert.AreEquivalent(new[] { "identity.pem", "kms.json", "settings.lock" }, Directory.GetFiles(_kms.Folder).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public async Task Init_WithKmsAndTrust_SetsThem()
    {
        await _kms.MustAsync("init", Name, "--kms", $"kms1.b.a.xx={_key}", "--server", "192.0.2.1", "--server", "[2001:db8::1]:5353", "--trust", $"kms00.xx=xx={_key}");

        HostSettings settings = new HostFolder(_kms.Folder).ReadSettings();
        Assert.AreEqual("kms1.b.a.xx", settings.Kms?.Name.Value);
        CollectionAssert.AreEqual(new[] { "192.0.2.1:53", "[2001:db8::1]:5353" }, settings.Kms!.Addresses.Select(address => address.ToString()).ToArray());
        Assert.AreEqual("xx", settings.Trust.Single().Domain.Value);
        Assert.AreEqual(_key, settings.Trust.Single().PublicKeys.Single());
    }

    [TestMethod]
    public async Task Init_Again_KeepsTheKeyAndAddsWhatIsMissing()
    {
        await _kms.MustAsync("init", Name);
        PublicKey key = _kms.Key();

        string output = await _kms.MustAsync("init", Name, "--kms", $"kms1.b.a.xx={_key}", "--server", "192.0.2.1");
        await _kms.MustAsync("init", Name, "--trust", $"kms00.xx=xx={_key}");

        Assert.AreEqual(key, _kms.Key());
        Assert.Contains(key.ToString(), output);
        HostSettings settings = new HostFolder(_kms.Folder).ReadSettings();
        Assert.AreEqual("kms1.b.a.xx", settings.Kms?.Name.Value);
        Assert.HasCount(1, settings.Trust);
    }

    [TestMethod]
    public async Task Init_ManyAtOnce_AllPrintTheOneKey()
    {
        string[] outputs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _kms.MustAsync("init", Name, "--json"))));

        JObject[] results = [.. outputs.Select(JObject.Parse)];
        Assert.HasCount(1, results.Where(result => (bool)result["keyMade"]!));
        foreach (JObject result in results) Assert.AreEqual(_kms.Key().ToString(), (string?)result["publicKey"]);
    }

    [TestMethod]
    public async Task Init_AKeyOfOnesOwn_IsUsed()
    {
        using SigningKey own = KeyImporter.Generate();
        _kms.Write("identity.pem", own.ToPem());

        string output = await _kms.MustAsync("init", Name);

        Assert.Contains(own.PublicKey.ToString(), output);
        Assert.AreEqual(own.PublicKey, _kms.Key());
    }

    [TestMethod]
    public async Task Init_SettingsThatSayOtherwise_AreRefusedAndStay()
    {
        await _kms.MustAsync("init", Name, "--kms", $"kms1.b.a.xx={_key}", "--server", "192.0.2.1", "--trust", $"kms00.xx=xx={_key}");
        string before = await File.ReadAllTextAsync(_kms.FileOf("kms.json"));

        (string Says, string[] Args)[] all =
        [
            ("belongs to the host host-a", ["init", "host-z.b.a.xx"]),
            ("names another KMS", ["init", Name, "--kms", $"kms2.b.a.xx={_key}", "--server", "192.0.2.1"]),
            ("names another KMS", ["init", Name, "--kms", $"kms1.b.a.xx={TestParties.NewKey()}", "--server", "192.0.2.1"]),
            ("trusts kms00.xx with another", ["init", Name, "--trust", $"kms00.xx=a.xx={_key}"]),
        ];
        foreach ((string says, string[] args) in all)
        {
            (ExitCode code, string output, string error) = await _kms.RunAsync(args);
            Assert.AreEqual(ExitCode.Misused, code);
            Assert.Contains(says, error);
            Assert.AreEqual("", output);
        }
        Assert.AreEqual(before, await File.ReadAllTextAsync(_kms.FileOf("kms.json")));
    }

    [TestMethod]
    public async Task Init_SettingsWithoutTheirKey_MakesNoNewIdentity()
    {
        await _kms.MustAsync("init", Name);
        File.Delete(_kms.FileOf("identity.pem"));

        (ExitCode code, _, string error) = await _kms.RunAsync("init", Name);

        Assert.AreEqual(ExitCode.Misused, code);
        Assert.Contains("its private key", error);
        Assert.IsFalse(File.Exists(_kms.FileOf("identity.pem")));
    }

    [TestMethod]
    [DataRow("is no domain name", "not a name")]
    [DataRow("go together", Name, "--server", "192.0.2.1")]
    [DataRow("write NAME=PUBLICKEY", Name, "--kms", "kms1.b.a.xx", "--server", "192.0.2.1")]
    [DataRow("write NAME=DOMAIN=PUBLICKEY", Name, "--trust", "kms00.xx=xx")]
    [DataRow("is no address", Name, "--kms", "kms1.b.a.xx=MFkw", "--server", "here")]
    public async Task Init_AWrongCommandLine_MakesNothing(string says, params string[] args)
    {
        (ExitCode code, _, string error) = await _kms.RunAsync(["init", .. args]);

        Assert.AreEqual(ExitCode.Misused, code);
        Assert.Contains(says, error);
        Assert.IsEmpty(Directory.GetFiles(_kms.Folder));
    }

    [TestMethod]
    public async Task Init_Json_HasTheRecordInAllForms()
    {
        JObject json = JObject.Parse(await _kms.MustAsync("init", Name, "--ttl", "300", "--json"));

        Assert.AreEqual($"{_kms.Key()}", (string?)json["publicKey"]);
        Assert.IsTrue((bool)json["keyMade"]!);
        Assert.AreEqual($"_kms.{Name}", (string?)json["record"]!["owner"]);
        Assert.AreEqual($"_kms.{Name}. 300 IN TXT \"{json["record"]!["text"]}\"", (string?)json["record"]!["zoneLine"]);
        Assert.AreEqual($"update add _kms.{Name}. 300 TXT \"{json["record"]!["text"]}\"\nsend", (string?)json["record"]!["nsupdate"]);
    }

    [TestMethod]
    [DataRow(Name, DisplayName = "one character-string")]
    [DataRow("a-host-with-a-name-so-long-that-its-record-does-not-fit.one-character-string-of-255-bytes-however-it-is.counted.b.a.xx", DisplayName = "two character-strings")]
    public async Task Init_ZoneLine_IsLoadedByNamedCheckzone(string name)
    {
        string line = await _kms.MustAsync("init", name, "--form", "zone");
        string zone = _kms.Write("zone", $"$TTL 60\n@ IN SOA ns admin 1 3600 600 86400 60\n@ IN NS ns\nns IN A 127.0.0.1\n{line}");

        (int code, string output, _) = await Tool.RunAsync("named-checkzone", ["-D", "-o", "-", "b.a.xx", zone]);

        Assert.AreEqual(0, code, output);
        string text = string.Concat(output.Split('\n').Single(l => l.StartsWith($"_kms.{name}.", StringComparison.Ordinal)).Split('"').Where((_, i) => i % 2 == 1));
        Assert.AreEqual($"v=KMS1; t=key; name={name}; key={_kms.Key()}", text);
    }
}
