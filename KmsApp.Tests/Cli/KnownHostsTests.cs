using Kms.Cli;
using Kms.Protocol;

namespace KmsApp.Tests.Cli;

/// <summary>What <c>kms known-hosts</c> prints and ends with, in this process.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class KnownHostsTests
{
    private const string Name = "host-b.c.a.xx";
    private const string Ed25519 = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    private const string Line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";

    /// <summary>After so long a KMS has seen what changed in its zone.</summary>
    private static readonly TimeSpan KeyRefresh = TimeSpan.FromSeconds(6);

    private static SshWorld World { get; set; } = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        World = await SshWorld.StartAsync();
        World.Publish(Name, PublicKey.Parse(Ed25519));
        World.Publish("wireguard.c.a.xx", PublicKey.Parse("MCowBQYDK2VuAyEA3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08="));
        World.Publish("certified.c.a.xx", World.Ed25519File);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (World is not null) await World.DisposeAsync();
    }

    [TestMethod]
    [DataRow(Name)]
    [DataRow("[host-b.c.a.xx]:2222")]
    [DataRow("HOST-B.c.a.xx")]
    [DataRow("host-b.c.a.xx.")]
    public async Task KnownHosts_AWayToWriteTheName_IsThePatternOfTheLine(string pattern)
    {
        CommandRun result = await RunAsync(pattern, "NONE");

        Assert.AreEqual(0, result.Code, result.Error);
        Assert.AreEqual($"{pattern} {Line}", result.Output.TrimEnd());
    }

    [TestMethod]
    [DataRow("nobody.c.a.xx", DisplayName = "a name without a key")]
    [DataRow("host-b.c.a.yy", DisplayName = "a name that no anchor holds")]
    [DataRow("host-b", DisplayName = "a short name")]
    [DataRow("192.0.2.1")]
    [DataRow("2001:db8::1")]
    [DataRow("[192.0.2.1]:2222")]
    [DataRow("[host-b.c.a.xx]:port")]
    [DataRow("*.c.a.xx")]
    [DataRow("|1|c2FsdA==|aGFzaA==")]
    public async Task KnownHosts_WhoHasNoKey_IsNothingAndNoFailure(string pattern)
    {
        CommandRun result = await RunAsync(pattern, Line.Split(' ')[1]);

        Assert.AreEqual(new CommandRun(0, "", ""), result);
    }

    [TestMethod]
    public async Task KnownHosts_TheAttestedKeyIsShown_PrintsIt() =>
        Assert.AreEqual(new CommandRun(0, $"{Name} {Line}{Environment.NewLine}", ""), await RunAsync(Name, Line.Split(' ')[1]));

    [TestMethod]
    public async Task KnownHosts_AnotherKeyIsShown_IsRefused()
    {
        CommandRun result = await RunAsync(Name, (await File.ReadAllTextAsync(World.StrangerFile)).Split(' ')[1]);

        string shown = (await Tool.MakeAsync("ssh-keygen", ["-l", "-f", World.StrangerFile])).Split(' ')[1];
        Assert.AreEqual((int)ExitCode.Refused, result.Code);
        Assert.AreEqual("", result.Output);
        Assert.Contains($"and the host shows {shown}.", result.Error);
    }

    /// <summary>The own table has the earlier key; a host that shows a new one is a reason to ask again.</summary>
    [TestMethod]
    public async Task KnownHosts_TheHostHasChangedItsKey_IsAskedForAnew()
    {
        const string Renewed = "renewed.b.a.xx";
        string earlier = await LineOfAsync(Renewed, World.Ed25519File), later = await LineOfAsync(Renewed, World.StrangerFile);
        World.Publish(Renewed, World.Ed25519File);
        Assert.AreEqual(earlier, (await RunAsync(Renewed, "NONE")).Output.TrimEnd());
        World.Publish(Renewed, World.StrangerFile);
        World.Hierarchy.Time.Advance(KeyRefresh);

        CommandRun before = await RunAsync(Renewed, "NONE"), shown = await RunAsync(Renewed, later.Split(' ')[2]), after = await RunAsync(Renewed, "NONE");

        Assert.AreEqual(earlier, before.Output.TrimEnd());
        Assert.AreEqual(later, shown.Output.TrimEnd(), shown.Error);
        Assert.AreEqual(later, after.Output.TrimEnd());
        Assert.AreEqual(2, World.InquiriesAbout(Renewed));
    }

    /// <summary>A host with a certificate shows that; the key within counts.</summary>
    [TestMethod]
    [DataRow("certified.c.a.xx", 0)]
    [DataRow(Name, 3)]
    public async Task KnownHosts_ACertificateIsShown_TheKeyInItCounts(string name, int code)
    {
        string copy = World.PathOf(name + ".pub");
        File.Copy(World.Ed25519File, copy);
        await Tool.MakeAsync("ssh-keygen", ["-q", "-s", World.PathOf("stranger"), "-I", "x", "-h", copy]);

        CommandRun result = await RunAsync(name, (await File.ReadAllTextAsync(World.PathOf(name + "-cert.pub"))).Split(' ')[1]);

        Assert.AreEqual(code, result.Code, result.Error);
        Assert.AreEqual(code == 0, result.Output.StartsWith(name, StringComparison.Ordinal));
    }

    [TestMethod]
    [DataRow("%K")]
    [DataRow("AAAA")]
    public async Task KnownHosts_ShownIsNoKey_IsAMistake(string shown)
    {
        CommandRun result = await RunAsync(Name, shown);

        Assert.AreEqual((int)ExitCode.Misused, result.Code);
        Assert.Contains("SHOWN is neither NONE nor the base64 of a key", result.Error);
    }

    [TestMethod]
    public async Task KnownHosts_AnAttestedKeyThatSshHasNot_IsRefused()
    {
        CommandRun result = await RunAsync("wireguard.c.a.xx");

        Assert.AreEqual((int)ExitCode.Refused, result.Code);
        Assert.Contains("kms00.xx attests a key that ssh cannot use", result.Error);
        Assert.Contains("this is X25519", result.Error);
    }

    [TestMethod]
    public async Task KnownHosts_AnotherUse_HasItsOwnKey()
    {
        CommandRun result = await RunAsync(Name, "NONE", "--use", "identity");

        Assert.AreEqual(0, result.Code, result.Error);
        Assert.StartsWith($"{Name} ecdsa-sha2-nistp256 ", result.Output);
    }

    [TestMethod]
    public async Task KnownHosts_WithoutSettings_IsAMistake()
    {
        CommandRun result = await CommandRun.OfAsync("", "known-hosts", Name, "--config", World.PathOf("nowhere"));

        Assert.AreEqual((int)ExitCode.Misused, result.Code);
        Assert.Contains("kms init", result.Error);
    }

    private static async Task<string> LineOfAsync(string name, string file) => $"{name} {(await File.ReadAllTextAsync(file)).TrimEnd()}";

    private static Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.OfAsync("", environment => environment with { Time = World.Hierarchy.Time }, ["known-hosts", "--config", World.PathOf("host-a"), .. arguments]);
}
