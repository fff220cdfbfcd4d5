using System.Runtime.Versioning;
using Kms.Cli;
using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests.Cli;

/// <summary>Where a host's settings are, who may read and write them, and what they may not say.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
[UnsupportedOSPlatform("windows")]
public sealed class HostFolderTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("kms-folder-");

    public void Dispose() => _root.Delete(recursive: true);

    [TestMethod]
    [DataRow("home", "home/.config/kms", DisplayName = "no .config")]
    [DataRow("absent", "absent/.config/kms", DisplayName = "no home")]
    public async Task Find_HomeHasNoSettings_NeverTakesThoseWhereItIsStarted(string home, string expected)
    {
        _root.CreateSubdirectory("home");
        HostFolder here = new(_root.CreateSubdirectory("here/kms").FullName);
        here.WriteSettings(new HostSettings { Name = DomainName.Parse("host-a.b.a.xx"), Trust = [new TrustAnchor(DomainName.Parse("false.xx"), DomainName.Parse("xx"), [TestParties.NewKey()])] });

        CommandRun run = (await RunProgramAsync(home, "trust", "list")).Expect(ExitCode.Misused);

        Assert.Contains(Directory.Exists("/etc/kms") ? "/etc/kms" : InRoot(expected), run.Error);
        Assert.DoesNotContain("false.xx", run.Output);
    }

    [TestMethod]
    public async Task Find_HomeIsNoFullPath_IsTheMachinesFolder()
    {
        CommandRun run = (await RunProgramAsync("", "trust", "list", variable: "HOME=home")).Expect(ExitCode.Misused);

        Assert.Contains("There is no /etc/kms/kms.json", run.Error);
    }

    [TestMethod]
    public async Task Init_ANewFolder_IsForItsOwnerAlone()
    {
        HostFolder folder = new(InRoot("new"));

        (await CommandRun.OfAsync(folder.Path, "init", "host-a.b.a.xx")).Expect(ExitCode.Found);

        Assert.AreEqual(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Path));
        foreach (string file in Directory.GetFiles(folder.Path)) Assert.AreEqual(OwnerOnly, File.GetUnixFileMode(file), file);
        Assert.IsEmpty(folder.FaultsOfAccess("identity.pem"));
    }

    [TestMethod]
    public async Task Trust_SettingsThatTheirOwnerOpened_StayAsOpen()
    {
        HostFolder folder = new(InRoot("new"));
        (await CommandRun.OfAsync(folder.Path, "init", "host-a.b.a.xx")).Expect(ExitCode.Found);
        File.SetUnixFileMode(folder.SettingsFile, OwnerOnly | UnixFileMode.GroupRead);

        (await CommandRun.OfAsync(folder.Path, "trust", "add", "kms00.xx", "xx", TestParties.NewKey().ToString())).Expect(ExitCode.Found);

        Assert.AreEqual(OwnerOnly | UnixFileMode.GroupRead, File.GetUnixFileMode(folder.SettingsFile));
    }

    [TestMethod]
    public async Task Trust_AFolderThatIsNotThere_IsNotMade()
    {
        CommandRun run = (await CommandRun.OfAsync(InRoot("mistyped"), "trust", "add", "kms00.xx", "xx", TestParties.NewKey().ToString())).Expect(ExitCode.Misused);

        Assert.Contains($"There is no {InRoot("mistyped")}/kms.json", run.Error);
        Assert.IsFalse(Directory.Exists(InRoot("mistyped")));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("kms.json")]
    public async Task FaultsOfAccess_OthersMayWrite_SaysWhatThatMeans(string place)
    {
        HostFolder folder = new(InRoot("new"));
        (await CommandRun.OfAsync(folder.Path, "init", "host-a.b.a.xx")).Expect(ExitCode.Found);
        string path = Path.TrimEndingDirectorySeparator(Path.Combine(folder.Path, place));

        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherWrite);

        Assert.AreEqual($"{path} can be written by others than its owner, who so decide whom this host believes; put that right by chmod go-w.", folder.FaultsOfAccess("identity.pem").Single());
    }

    [TestMethod]
    public async Task Init_AllIsThereInAFolderForReadingAlone_PrintsTheRecord()
    {
        HostFolder folder = new(InRoot("new"));
        string first = (await CommandRun.OfAsync(folder.Path, "init", "host-a.b.a.xx")).Expect(ExitCode.Found).Output;
        File.Delete(Path.Combine(folder.Path, "settings.lock"));
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        CommandRun again = (await CommandRun.OfAsync(folder.Path, "init", "host-a.b.a.xx")).Expect(ExitCode.Found);

        Assert.AreEqual(first, again.Output);
        Assert.IsFalse(File.Exists(Path.Combine(folder.Path, "settings.lock")));
        File.SetUnixFileMode(folder.Path, OwnerOnly | UnixFileMode.UserExecute);
    }

    [TestMethod]
    [DataRow("""{ "name": "a.xx", "trust": [null] }""", "trust[0]: the KMS is missing")]
    [DataRow("""{ "name": "a.xx", "trust": [{ "name": "k.xx", "domain": "xx", "publicKeys": [null] }] }""", "trust[0].publicKeys[0]: the key is missing")]
    [DataRow("""{ "name": "a.xx", "kms": { "name": "k.xx", "addresses": [null], "publicKeys": [] } }""", "kms.addresses[0]: the address is missing")]
    [DataRow("""{ "name": "a.xx", "trust": [{ "name": "k.xx", "domain": "xx", "publicKeys": [] }, { "name": "K.xx", "domain": "xx", "publicKeys": [] }] }""", "trust[1]: k.xx stands there twice")]
    public async Task ReadSettings_NullsAndOneKmsTwice_AreNamedByTheirPlace(string json, string expected)
    {
        await File.WriteAllTextAsync(InRoot("kms.json"), json);

        CommandRun run = (await CommandRun.OfAsync(_root.FullName, "trust", "list")).Expect(ExitCode.Misused);

        Assert.Contains(expected, run.Error);
    }

    /// <summary>The settings that docs/HOSTS.md shows, as they stand there.</summary>
    [TestMethod]
    public async Task ReadSettings_ThoseOfThePage_AreWhatItSays()
    {
        string page = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Cli", "HOSTS.md"));
        await File.WriteAllTextAsync(InRoot("kms.json"), page.Split("```json\n")[1].Split("```")[0]);

        HostSettings settings = new HostFolder(_root.FullName).ReadSettings();

        Assert.AreEqual("kms1.b.a.xx", settings.Kms!.Name.Value);
        CollectionAssert.AreEqual(new[] { "192.0.2.1:53", "[2001:db8::1]:5353", "tls://kms1.b.a.xx" }, settings.Kms.Addresses.Select(address => address.ToString()).ToArray());
        Assert.AreEqual(settings with { Kms = null, Trust = [] }, new HostSettings { Name = DomainName.Parse("host-a.b.a.xx"), Address = HostSettings.Endpoint("192.0.2.10") });
        foreach (PublicKey key in (PublicKey[])[.. settings.Kms.PublicKeys, .. settings.Trust.Single().PublicKeys]) Assert.AreEqual(key, PartyText.KeyOfKms(key));
    }

    private string InRoot(string name) => Path.Combine(_root.FullName, name);

    /// <summary>Runs the built program in a folder of a stranger's.</summary>
    private Task<CommandRun> RunProgramAsync(string home, string command, string subcommand, string? variable = null) => Tool.RunAsync(
        "env",
        ["-u", HostFolder.Variable, "-u", "XDG_CONFIG_HOME", variable ?? $"HOME={InRoot(home)}", Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet", typeof(KmsCommand).Assembly.Location, command, subcommand],
        folder: _root.CreateSubdirectory("here").FullName);
}
