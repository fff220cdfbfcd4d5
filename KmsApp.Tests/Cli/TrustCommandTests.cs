using System.Text.Json;
using Kms.Cli;
using Kms.Protocol;

namespace KmsApp.Tests.Cli;

/// <summary><c>kms trust</c>, on settings alone: nobody is asked.</summary>
[TestClass]
public sealed class TrustCommandTests
{
    private static readonly PublicKey Key = NewKey(), Next = NewKey();

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kms-trust-");

    [TestInitialize]
    public void Begin() => new HostFolder(_folder.FullName).WriteSettings(new HostSettings { Name = DomainName.Parse("host-a.b.a.xx") });

    [TestCleanup]
    public void End() => _folder.Delete(recursive: true);

    [TestMethod]
    public async Task Add_AKms_IsListedAndKept()
    {
        (await RunAsync("trust", "add", "kms00.xx", "xx", Key.ToString())).Expect(ExitCode.Found);

        CommandRun list = (await RunAsync("trust", "list")).Expect(ExitCode.Found);
        Assert.Contains($"kms00.xx\txx\t{Key.Fingerprint}", list.Output);
        using JsonDocument json = JsonDocument.Parse((await RunAsync("trust", "list", "--json")).Expect(ExitCode.Found).Output);
        JsonElement only = json.RootElement.GetProperty("trust")[0];
        Assert.AreEqual("kms00.xx", only.GetProperty("name").GetString());
        Assert.AreEqual("xx", only.GetProperty("domain").GetString());
        Assert.AreEqual(Key.ToString(), only.GetProperty("publicKeys")[0].GetString());
    }

    [TestMethod]
    public async Task Add_AKeyAsAFile_IsTheSame()
    {
        string file = Path.Combine(_folder.FullName, "anchor.pem");
        await File.WriteAllTextAsync(file, Key.ToPem());

        (await RunAsync("trust", "add", "kms00.xx", "xx", file)).Expect(ExitCode.Found);

        CollectionAssert.AreEqual(new[] { Key }, Settings().Trust.Single().PublicKeys.ToArray());
    }

    [TestMethod]
    public async Task Rollover_BothKeysCountUntilTheOldOneIsRemoved()
    {
        (await RunAsync("trust", "add", "kms00.xx", "xx", Key.ToString())).Expect(ExitCode.Found);
        (await RunAsync("trust", "add", "kms00.xx", "xx", Next.ToString())).Expect(ExitCode.Found);
        (await RunAsync("trust", "add", "kms00.xx", "xx", Next.ToString())).Expect(ExitCode.Found);
        CollectionAssert.AreEqual(new[] { Key, Next }, Settings().Trust.Single().PublicKeys.ToArray());

        (await RunAsync("trust", "remove", "kms00.xx", "--key", Key.ToString())).Expect(ExitCode.Found);
        CollectionAssert.AreEqual(new[] { Next }, Settings().Trust.Single().PublicKeys.ToArray());

        (await RunAsync("trust", "remove", "kms00.xx")).Expect(ExitCode.Found);
        Assert.IsTrue(Settings().Trust.IsEmpty);
    }

    [TestMethod]
    public async Task Add_ManyAtOnce_AllAreKept()
    {
        string[] names = [.. Enumerable.Range(0, 12).Select(i => $"kms{i}.xx")];

        CommandRun[] runs = await Task.WhenAll(names.Select(name => Task.Run(() => RunAsync("trust", "add", name, "xx", Key.ToString()))));

        foreach (CommandRun run in runs) run.Expect(ExitCode.Found);
        CollectionAssert.AreEquivalent(names, Settings().Trust.Select(anchor => anchor.Name.Value).ToArray());
    }

    [TestMethod]
    public async Task Add_AnEd25519Key_IsRefusedBeforeItIsNeeded()
    {
        string key = Convert.ToBase64String([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00, .. new byte[32]]);

        CommandRun run = (await RunAsync("trust", "add", "kms00.xx", "xx", key)).Expect(ExitCode.Misused);

        Assert.Contains("a KMS with a P-256 key", run.Error);
        Assert.IsTrue(Settings().Trust.IsEmpty);
    }

    [TestMethod]
    [DataRow("add kms00.xx xx short", "no public key")]
    [DataRow("add kms00..xx xx KEY", "kms00..xx")]
    [DataRow("add present.xx other KEY", "not of other")]
    [DataRow("add kms00.xx xx", "'PUBLICKEY' missing")]
    [DataRow("remove absent.xx", "absent.xx is not trusted")]
    [DataRow("remove present.xx --key NEXT", "not trusted with that key")]
    public async Task Change_ThatIsWrong_IsRefusedAndChangesNothing(string arguments, string word)
    {
        (await RunAsync("trust", "add", "present.xx", "xx", Key.ToString())).Expect(ExitCode.Found);
        string before = await File.ReadAllTextAsync(new HostFolder(_folder.FullName).SettingsFile);

        CommandRun run = (await RunAsync(["trust", .. arguments.Split(' ').Select(word => word switch { "KEY" => Key.ToString(), "NEXT" => Next.ToString(), _ => word })])).Expect(ExitCode.Misused);

        Assert.Contains(word, run.Error);
        Assert.AreEqual(before, await File.ReadAllTextAsync(new HostFolder(_folder.FullName).SettingsFile));
    }

    [TestMethod]
    [DataRow("{", "line 1")]
    [DataRow("{ \"name\": \"a.xx\", \"nam\": 1 }", "nam")]
    [DataRow("{ }", "name")]
    [DataRow("{ \"name\": \"a.xx\", \"trust\": [ { \"name\": \"kms.xx\" } ] }", "trust[0].domain")]
    [DataRow("{ \"name\": \"a.xx\", \"kms\": { \"name\": \"kms.xx\", \"addresses\": [ \"nowhere\" ] } }", "kms.addresses[0]")]
    [DataRow("{ \"name\": \"a.xx\", \"authentication\": \"none\" }", "neither")]
    public async Task Settings_ThatAreWrong_AreRefusedWithPlaceAndReason(string json, string word)
    {
        string file = new HostFolder(_folder.FullName).SettingsFile;
        await File.WriteAllTextAsync(file, json);

        CommandRun run = (await RunAsync("trust", "list")).Expect(ExitCode.Misused);

        Assert.Contains(file, run.Error);
        Assert.Contains(word, run.Error);
    }

    private HostSettings Settings() => new HostFolder(_folder.FullName).ReadSettings();

    private Task<CommandRun> RunAsync(params string[] args) => CommandRun.OfAsync(_folder.FullName, args);

    private static PublicKey NewKey()
    {
        using SigningKey key = KeyImporter.Generate();
        return key.PublicKey;
    }
}
