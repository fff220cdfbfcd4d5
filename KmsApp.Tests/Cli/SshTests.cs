using System.Net;
using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests.Cli;

/// <summary><c>kms known-hosts</c> under a real ssh, against a real sshd that has an Ed25519 and an ECDSA key.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class SshTests
{
    private static SshWorld World { get; set; } = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => World = await SshWorld.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (World is not null) await World.DisposeAsync();
    }

    [TestInitialize]
    public void Begin() => World.TakeCalls();

    [TestMethod]
    public async Task FirstConnection_TheEd25519Key_NeedsNoPrompt()
    {
        World.Publish("ed25519.c.a.xx", World.Ed25519File);

        CommandRun result = await World.ConnectByAliasAsync("ed25519.c.a.xx");

        Succeeds(result);
        CollectionAssert.AreEqual((string[])["ORDER 127.0.0.1 NONE", "HOSTNAME ed25519.c.a.xx ssh-ed25519"], World.TakeCalls());
    }

    /// <summary>ssh prefers Ed25519; asked beforehand, it has the host show the key that is attested.</summary>
    [TestMethod]
    public async Task FirstConnection_TheEcdsaKey_IsTheOneThatTheHostShows()
    {
        World.Publish("ecdsa.c.a.xx", World.EcdsaFile);

        CommandRun result = await World.ConnectAsync("ecdsa.c.a.xx");

        Succeeds(result);
        CollectionAssert.AreEqual((string[])["ORDER ecdsa.c.a.xx NONE", "HOSTNAME ecdsa.c.a.xx ecdsa-sha2-nistp256"], World.TakeCalls());
        Assert.AreEqual(1, World.InquiriesAbout("ecdsa.c.a.xx"));
    }

    /// <summary>With "no", ssh alone would warn and go on; a known_hosts file with the key would let it in as well.</summary>
    [TestMethod]
    [DataRow("yes")]
    [DataRow("no")]
    public async Task WrongKey_HoweverStrictSshIs_IsRefused(string strict)
    {
        World.Publish("wrong.c.a.xx", World.StrangerFile);

        CommandRun result = await World.ConnectAsync("wrong.c.a.xx", "StrictHostKeyChecking " + strict, "UserKnownHostsFile " + World.KnownHosts("wrong.c.a.xx", World.Ed25519File));

        Fails(result, "kms: wrong.c.a.xx is refused: kms00.xx attests the key SHA256:");
        Assert.Contains("KnownHostsCommand failed", result.Error);
    }

    [TestMethod]
    public async Task UnknownName_WithAKnownHostsFile_IsAsWithoutKms()
    {
        Succeeds(await World.ConnectAsync("unknown.c.a.xx", "UserKnownHostsFile " + World.KnownHosts("unknown.c.a.xx", World.Ed25519File)));
        Fails(await World.ConnectAsync("unknown.c.a.xx"), "Host key verification failed");
    }

    /// <summary>Both wait for a good answer as long as a host does, so they wait together.</summary>
    [TestMethod]
    public async Task FailedCheckOrNoAnswer_EvenWhereAKnownHostsFileHasTheKey_EndsSsh()
    {
        World.Publish("doubtful.c.a.xx", World.Ed25519File);
        using SigningKey other = KeyImporter.Generate();
        string misled = World.Configure("misled", settings => settings with { Trust = [new TrustAnchor(DomainName.Parse("kms00.xx"), DomainName.Parse("xx"), [other.PublicKey])] });
        string lonely = World.Configure("lonely", settings => settings with { Kms = settings.Kms! with { Addresses = [new IPEndPoint(IPAddress.Loopback, 1)] } });
        string[] lenient = ["StrictHostKeyChecking no", "UserKnownHostsFile " + World.KnownHosts("doubtful.c.a.xx", World.Ed25519File)];

        CommandRun[] results = await Task.WhenAll(((string[])[misled, lonely]).Select(folder => World.ConnectAsync("doubtful.c.a.xx", [World.KnownHostsCommand(folder), .. lenient])));

        Fails(results[0], "kms: The ssh key of doubtful.c.a.xx is refused, check ");
        Fails(results[1], "kms: The ssh key of doubtful.c.a.xx could not be had: ");
        CollectionAssert.AreEqual((string[])["ORDER doubtful.c.a.xx NONE", "ORDER doubtful.c.a.xx NONE"], World.TakeCalls());
    }

    private static void Succeeds(CommandRun result)
    {
        Assert.AreEqual(0, result.Code, result.Error);
        Assert.AreEqual(SshWorld.Greeting, result.Output.Trim());
    }

    private static void Fails(CommandRun result, string says)
    {
        Assert.AreEqual(255, result.Code, result.Error);
        Assert.AreEqual("", result.Output);
        Assert.Contains(says, result.Error);
    }
}
