using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text.Json;
using Kms.Cli;
using Kms.Lab;
using Kms.Protocol;
using KmsApp.Tests.Lab;

namespace KmsApp.Tests.Cli;

/// <summary><c>kms get</c>, <c>explain</c> and <c>watch</c> against the lab's hierarchy over real sockets.</summary>
[TestClass]
public sealed class AskingTests : IDisposable
{
    private static Hierarchy _lab = null!;

    public TestContext TestContext { get; set; } = null!;

    private readonly CommandHost _host = new(_lab.A, _lab.Top) { Time = _lab.Time };

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => _lab = await PatientHierarchy.StartAsync(HierarchyPlan.Figure7);

    [ClassCleanup]
    public static ValueTask StopAsync() => _lab.DisposeAsync();

    public void Dispose() => _host.Dispose();

    [TestMethod]
    public async Task Get_AKey_PrintsIt()
    {
        CommandRun run = (await _host.RunAsync("get", _lab.B.Name.Value)).Expect(ExitCode.Found);

        Assert.AreEqual(_lab.B.Key.PublicKey.ToPem(), run.Output.Trim());
        Assert.AreEqual("", run.Error);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [UnsupportedOSPlatform("windows")]
    public async Task Get_WithAPrivateKeyThatOthersCanRead_SaysSoAndGoesOn()
    {
        string file = _host.FileOf("identity.pem");
        File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.GroupRead);

        CommandRun run = (await _host.RunAsync("get", _lab.B.Name.Value)).Expect(ExitCode.Found);

        Assert.AreEqual(_lab.B.Key.PublicKey.ToPem(), run.Output.Trim());
        Assert.Contains($"{file} can be read or written by others", run.Error);
    }

    [TestMethod]
    public async Task Get_AKeyAsJson_HasTheDocumentedMembers()
    {
        CommandRun run = (await _host.RunAsync("get", _lab.B.Name.Value, "--json", "--fresh")).Expect(ExitCode.Found);

        using JsonDocument json = JsonDocument.Parse(run.Output);
        string[] members = ["outcome", "exitCode", "summary", "name", "use", "key", "algorithm", "fingerprint", "anchor", "at", "expires", "answeredBy", "path", "source"];
        CollectionAssert.AreEquivalent(members, json.RootElement.EnumerateObject().Select(member => member.Name).ToArray());
        Assert.AreEqual("found", json.RootElement.GetProperty("outcome").GetString());
        Assert.AreEqual("network", json.RootElement.GetProperty("source").GetString());
        Assert.AreEqual(_lab.B.Key.PublicKey.ToString(), json.RootElement.GetProperty("key").GetString());
        Assert.AreEqual(_lab.Top.Name.Value, json.RootElement.GetProperty("anchor").GetString());
        Assert.IsGreaterThan(_lab.Time.GetUtcNow(), json.RootElement.GetProperty("expires").GetDateTimeOffset());
    }

    [TestMethod]
    [DataRow("nobody.c.a.xx", "identity", 2, "absent", "has no key")]
    [DataRow("host-b.c.a.xx", "ssh", 2, "absent", "has no ssh key")]
    [DataRow("host.elsewhere.zz", "identity", 1, "no-anchor", "elsewhere.zz")]
    public async Task Get_NoKey_SaysWhyByCodeAndText(string name, string use, int code, string outcome, string text)
    {
        CommandRun plain = (await _host.RunAsync("get", name, "--use", use)).Expect((ExitCode)code);
        CommandRun json = (await _host.RunAsync("get", name, "--use", use, "--json")).Expect((ExitCode)code);

        Assert.AreEqual("", plain.Output);
        Assert.Contains(text, plain.Error);
        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.AreEqual(outcome, document.RootElement.GetProperty("outcome").GetString());
        Assert.AreEqual(code, document.RootElement.GetProperty("exitCode").GetInt32());
    }

    [TestMethod]
    [DataRow("get", "", "")]
    [DataRow("get", "host..xx", "host..xx")]
    [DataRow("get", "host-b.c.a.xx --use SSH", "'SSH' is no use")]
    [DataRow("get", "host-b.c.a.xx --format gif", "gif")]
    [DataRow("explain", "host-b.c.a.xx --config /nowhere", "/nowhere")]
    [DataRow("watch", "host-b.c.a.xx --every soon", "no duration")]
    [DataRow("watch", "host-b.c.a.xx --every 60d", "30 days at most")]
    public async Task Command_Misused_IsRefusedWithAWord(string command, string arguments, string word)
    {
        CommandRun run = (await _host.RunAsync([command, .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)])).Expect(ExitCode.Misused);

        Assert.Contains(word, run.Error);
        Assert.DoesNotContain("   at ", run.Error, "A stack trace.");
    }

    [TestMethod]
    public async Task Get_WithAnAnchorWhoseKeyIsAnother_IsRefusedAndExplained()
    {
        _host.Configure(settings => settings with { Trust = [settings.Trust[0] with { PublicKeys = [_lab.B.Key.PublicKey] }] });

        // After a refusal it waits for a better answer to the end: for no longer than a host does.
        CommandRun get = (await _host.RunAsync(environment => environment, ["get", _lab.B.Name.Value], TestContext.CancellationToken)).Expect(ExitCode.Refused);
        CommandRun explain = (await _host.RunAsync(environment => environment, ["explain", _lab.B.Name.Value], TestContext.CancellationToken)).Expect(ExitCode.Refused);

        Assert.AreEqual("", get.Output);
        Assert.Contains("check 12 (AttestationSignature)", get.Error);
        Assert.Contains("What to do", explain.Output);
        Assert.Contains("kms trust add", explain.Output);
    }

    [TestMethod]
    public async Task Get_FromAKmsThatIsNotThere_FailsAndIsExplained()
    {
        _host.Configure(settings => settings with { Kms = settings.Kms! with { Addresses = [new IPEndPoint(IPAddress.Loopback, 9)] } });

        CommandRun run = (await _host.RunAsync(Impatient, ["explain", _lab.B.Name.Value], TestContext.CancellationToken)).Expect(ExitCode.Failed);

        Assert.Contains("no good answer from 127.0.0.1:9", run.Output);
        Assert.Contains($"dig TXT _kms.{_lab.A.Name}", run.Output);
    }

    [TestMethod]
    public async Task Explain_AServerThatWritesToTheTerminal_IsShownWithoutItsControls()
    {
        await using LoopbackServer server = new(
            packet => [KmsPacket.AskAgainOverTcp(Read(packet)).ToArray()],
            packet => (KmsPacket.Failure(Read(packet), ExtendedErrorCode.Other) with
            {
                Edns = new Edns { Options = [new ExtendedError(ExtendedErrorCode.Other, "gone\u001b[2J\r\nThe key of host-b.c.a.xx is attested").ToOption()] },
            }).ToArray());
        _host.Configure(settings => settings with { Kms = settings.Kms! with { Addresses = [server.Address] } });

        CommandRun run = (await _host.RunAsync("explain", _lab.B.Name.Value)).Expect(ExitCode.Failed);

        Assert.Contains("nobody authenticates it: \"gone", run.Output);
        Assert.DoesNotContain("\u001b", run.Output);
        Assert.IsFalse(run.Output.Split('\n').Any(line => line.StartsWith("The key of host-b.c.a.xx is attested", StringComparison.Ordinal)), run.Output);

        static DnsMessage Read(byte[] packet) => DnsMessage.TryRead(packet, out DnsMessage? message, out _) ? message : throw new FormatException("No DNS message.");
    }

    [TestMethod]
    public async Task Explain_AKey_TellsEveryStep()
    {
        CommandRun run = (await _host.RunAsync("explain", _lab.B.Name.Value, "--fresh", "--verbose")).Expect(ExitCode.Found);

        foreach (string expected in new[]
        {
            "kms00.xx serves xx, which holds the name", "(step 62)", "(step 63)", $"inquiry to {_lab.KmsOfA.Name} at {_lab.KmsOfA.Endpoint}", "v=KMS1; t=inquiry;", "(step 64)", "v=KMS1; t=attestation;",
            "(step 65)", "(step 66)", "signed by     kms00.xx", "brought by    kms1.b.a.xx", "counts until",
        })
        {
            Assert.Contains(expected, run.Output);
        }
    }

    [TestMethod]
    public async Task Get_StoppedWhileItWaits_EndsAsOneThatMayBeTriedAgain()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _host.Configure(settings => settings with { Kms = settings.Kms! with { Addresses = [(IPEndPoint)silent.LocalEndPoint!] } });
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.CancellationToken);
        Task<CommandRun> get = _host.RunAsync(environment => environment with { Time = _lab.Time }, ["get", _lab.B.Name.Value, "--fresh"], stop.Token);
        await silent.ReceiveAsync(new byte[4096], stop.Token);

        await stop.CancelAsync();

        CommandRun run = (await get).Expect(ExitCode.Failed);
        Assert.AreEqual("", run.Output + run.Error);
    }

    [TestMethod]
    public async Task Watch_AKeyThatChanges_ReportsTheChangeAndRunsTheCommand()
    {
        // A domain of its own: here a key is replaced.
        await using Hierarchy lab = await PatientHierarchy.StartAsync(HierarchyPlan.Chain(2));
        using CommandHost host = new(lab.A, lab.Top);
        string seen = Path.Combine(host.Folder, "seen");
        TickedTime time = new(lab.Time);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.CancellationToken);
        Task<CommandRun> watch = host.RunAsync(
            environment => environment with { Time = time }, ["watch", lab.B.Name.Value, "--every", "30s", "--run", $"echo $KMS_OUTCOME $KMS_OLD_KEY $KMS_KEY >> {seen}"], stop.Token);

        PublicKey old = lab.B.Key.PublicKey;
        await SaysAsync(seen, $"found {old}");
        using SigningKey next = KeyImporter.Generate();
        lab.KmsOfB.Zone.Publish(new KeyRecord(lab.B.Name, Use.Identity, next.PublicKey, null, null));
        lab.Forget();
        time.Tick(); // not before: the answer to an inquiry that is under way while the clocks move would be refused

        await SaysAsync(seen, $"found {old} {next.PublicKey}");
        await stop.CancelAsync();
        CommandRun run = (await watch).Expect(ExitCode.Found);

        Assert.Contains(next.PublicKey.Fingerprint.ToString(), run.Output);
        Assert.HasCount(2, run.Output.TrimEnd().Split('\n').Where(line => line.Contains("is attested", StringComparison.Ordinal)).Select(line => line[^44..]).Distinct(), run.Output);
    }

    /// <summary>For a wait in which nothing is to come: where something is, a slow machine needs the whole time.</summary>
    private static CommandEnvironment Impatient(CommandEnvironment environment) => environment with { Time = new ImpatientTime() };

    private static Task<TimeSpan> SaysAsync(string file, string line) =>
        Eventually.HappensAsync(
            () => Task.FromResult(LinesOf(file).Contains(line)), TimeSpan.FromSeconds(20), () => $"the command says '{line}'; it said '{string.Join("', '", LinesOf(file))}'");

    private static string[] LinesOf(string file) => File.Exists(file) ? File.ReadAllLines(file) : [];
}
