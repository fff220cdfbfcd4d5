using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Kms.Cli;
using Kms.Client;
using Kms.Protocol;
using KmsApp.Tests.Cli;
using Newtonsoft.Json.Linq;

namespace KmsApp.Tests;

/// <summary>Fig. 7 on four real servers.</summary>
[TestClass]
[TestCategory(TechnitiumServer.Category)]
public sealed class RealHierarchyTests
{
    private const int TlsPort = 8853;
    private const string ForwarderAnswers = "live.c.a.xx";
    private const string ForwarderIsDead = "dead.c.a.xx";

    private static readonly TsigParty Tsig = new("update.key");
    private static RealNetwork _network = null!;
    private static Socket? _deadForwarder;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        _network = await RealNetwork.StartAsync();
        foreach (RealKms kms in (RealKms[])[_network.Kms1, _network.Kms2]) await kms.Server.Api.SetSettingsAsync(("tsigKeys", Tsig.Setting));
        await _network.Kms2.Server.Api.SetZoneOptionsAsync(
            "c.a.xx", ("update", "UseSpecifiedNetworkACL"), ("updateNetworkACL", "127.0.0.0/8"), ("updateSecurityPolicies", $"{Tsig.Name}|*.c.a.xx|ANY"));
        await ForwardAsync();
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        _deadForwarder?.Dispose();
        if (_network is not null) await _network.DisposeAsync();
    }

    [TestMethod]
    public async Task GetKey_OverUdp_IsAttestedByTheAnchor()
    {
        KeyResult result = await AskAsync(_network.HostB.Name);

        AssertFound(_network.HostB, result);
    }

    [TestMethod]
    public async Task GetKey_OverTcp_IsAttestedByTheAnchor()
    {
        StreamWire tcp = new();
        KeyResult result = await _network.HostA.AskAsync(_network.Kms1, _network.Kms00, _network.HostB.Name, tcp);

        AssertFound(_network.HostB, result);
        Assert.AreEqual(1, tcp.Requests);
    }

    [TestMethod]
    public async Task GetKey_OverTls_IsAttestedByTheAnchor()
    {
        RealServer server = _network.Kms1.Server;
        using X509Certificate2 certificate = MakeCertificate();
        string file = Path.Combine(server.Folder, "dot.pfx");
        await File.WriteAllBytesAsync(file, certificate.Export(X509ContentType.Pkcs12, "dot"));
        await server.Api.SetSettingsAsync(("enableDnsOverTls", "true"), ("dnsOverTlsPort", $"{TlsPort}"), ("dnsTlsCertificatePath", file), ("dnsTlsCertificatePassword", "dot"));
        IPEndPoint tls = new(server.Dns.Address, TlsPort);
        await Eventually.HappensAsync(() => RawDns.IsOpenAsync(tls), TimeSpan.FromSeconds(20), () => $"{tls} is open");

        AssertFound(_network.HostB, await AskAsync(Digest.Of(certificate.PublicKey.ExportSubjectPublicKeyInfo())));
        Assert.Contains("has the pin", (await AskAsync(Digest.Of([]))).Summary);

        Task<KeyResult> AskAsync(Digest pin)
        {
            AskedKms kms = _network.Kms1.Asked with { Addresses = [KmsAddress.Parse($"tls://{tls}#{TlsServer.PinPrefix}{pin}")] };
            return _network.HostA.Client(kms, _network.Kms00.Anchor).GetKeyAsync(_network.HostB.Name, Use.Identity);
        }
    }

    [TestMethod]
    [DataRow("web", "A", "ipAddress", "192.0.2.80", DisplayName = "the name has another type: NODATA")]
    [DataRow("text", "TXT", "text", "an ordinary text; v=spf1 -all", DisplayName = "the name has an ordinary TXT record")]
    [DataRow("mail", "MX", "exchange", "mx.c.a.xx", DisplayName = "the name has an MX record")]
    public async Task GetKey_NameWithRecordsInLocalZones_IsFoundAndTheRecordsStay(string label, string type, string field, string value)
    {
        RealHostParty host = await PublishAsync(label);
        (string, string)[] data = type == "MX" ? [(field, value), ("preference", "10")] : [(field, value)];
        foreach (RealKms kms in (RealKms[])[_network.Kms0, _network.Kms2]) await kms.Server.Api.AddRecordAsync(kms.Domain.Value, host.Name.Value, type, data);

        AssertFound(host, await AskAsync(host.Name));
        foreach (RealKms kms in (RealKms[])[_network.Kms0, _network.Kms2])
        {
            DnsMessage ordinary = await OrdinaryAsync(kms, host.Name.Value, type == "MX" ? DnsType.Mx : type == "A" ? DnsType.A : DnsType.Txt);
            Assert.HasCount(1, ordinary.Answers);
            Assert.AreEqual(60u, ordinary.Answers[0].Ttl);
        }
    }

    [TestMethod]
    public async Task GetKey_NameIsNxDomainInALocalZone_IsFoundFromTheConfiguration()
    {
        Assert.AreEqual(DnsResponseCode.NxDomain, (await OrdinaryAsync(_network.Kms2, _network.Configured.Name.Value, DnsType.Txt)).ResponseCode);

        AssertFound(_network.Configured, await AskAsync(_network.Configured.Name));
    }

    [TestMethod]
    public async Task GetKey_NobodyOfThatName_IsAbsent()
    {
        KeyResult result = await AskAsync(DomainName.Parse("nobody.c.a.xx"));

        Assert.IsInstanceOfType<KeyAbsent>(result, result.Summary);
    }

    [TestMethod]
    public async Task GetKey_NameInTheZoneOfTheKmsAsked_IsFound()
    {
        KeyResult result = await AskAsync(_network.HostA.Name);

        AssertFound(_network.HostA, result);
    }

    [TestMethod]
    public async Task GetKey_NameOutsideEveryZone_IsFound()
    {
        // At KMS1, c.a.xx is in no zone, and recursion is denied.
        Assert.AreEqual(DnsResponseCode.Refused, (await OrdinaryAsync(_network.Kms1, _network.HostC.Name.Value, DnsType.Txt)).ResponseCode);

        AssertFound(_network.HostC, await AskAsync(_network.HostC.Name));
    }

    [TestMethod]
    [DataRow(ForwarderAnswers)]
    [DataRow(ForwarderIsDead)]
    public async Task GetKey_NameInAConditionalForwarderZone_IsFound(string zone)
    {
        RealHostParty host = await PublishAsync(zone == ForwarderAnswers ? "host.live" : "host.dead");

        AssertFound(host, await AskAsync(host.Name));
    }

    [TestMethod]
    public async Task GetKey_NameUnderAnAppRecord_IsFound()
    {
        string zip = TechnitiumServer.OfficialApp("SplitHorizonApp");
        RealHostParty host = await PublishAsync("host.app");
        foreach (RealKms kms in (RealKms[])[_network.Kms0, _network.Kms2])
        {
            await kms.Server.Api.PutAppAsync("SplitHorizonApp", zip);
            await kms.Server.Api.AddRecordAsync(
                kms.Domain.Value, "app.c.a.xx", "APP", ("appName", "SplitHorizonApp"), ("classPath", "SplitHorizon.SimpleAddress"),
                ("recordData", """{ "public": ["192.0.2.1"], "private": ["192.0.2.2"] }"""));
        }
        Assert.HasCount(1, (await OrdinaryAsync(_network.Kms2, "app.c.a.xx", DnsType.A)).Answers, "The APP record does not work.");

        AssertFound(host, await AskAsync(host.Name));
        AssertFound(host, await _network.HostC.AskAsync(_network.Kms2, _network.Kms00, host.Name));
        Assert.HasCount(1, (await OrdinaryAsync(_network.Kms2, "app.c.a.xx", DnsType.A)).Answers);
    }

    [TestMethod]
    public async Task GetKey_UpperServerHasTheAppSwitchedOff_FailsAndRecovers()
    {
        RealHostParty host = await PublishAsync("off");
        JObject off = _network.ConfigurationOf(_network.Kms0);
        off["enableKms"] = false;
        await _network.Kms0.ConfigureAsync(off);
        KeyResult result = await AskAsync(host.Name);
        await _network.Kms0.ConfigureAsync(_network.ConfigurationOf(_network.Kms0));

        AssertNoAnswer(result);
        await _network.Kms1.Server.LogWithAsync(log => log.Contains($"The KMS {_network.Kms0.Name} at {_network.Kms0.Server.Dns} refuses", StringComparison.Ordinal), "that KMS0 refuses");
        AssertFound(host, await AskAsync(host.Name));
    }

    [TestMethod]
    public async Task GetKey_UpperServerWithoutTheApp_FailsAndRecoversWithTheOldKey()
    {
        RealHostParty host = await PublishAsync("bare");
        await _network.Kms0.Server.Api.UninstallAppAsync(RealKms.AppName);
        KeyResult result = await AskAsync(host.Name);
        await _network.Kms0.Server.InstallAsync();
        await _network.Kms0.ConfigureAsync(_network.ConfigurationOf(_network.Kms0));

        AssertNoAnswer(result);
        AssertFound(host, await AskAsync(host.Name));
    }

    [TestMethod]
    public async Task GetKey_KeyReplacedByADynamicUpdate_TheNewOneIsAttestedWithinSeconds()
    {
        RealHostParty before = new("moving.c.a.xx");
        RealHostParty after = new("moving.c.a.xx");
        await _network.Kms2.PublishAsync(before);
        AssertFound(before, await _network.HostC.AskAsync(_network.Kms2, _network.Kms00, before.Name));

        using CommandFolder kms = new();
        kms.Write("identity.pem", after.Key.ToPem());
        await kms.MustAsync("init", after.Name.Value);
        await kms.MustAsync("enroll", "--replace", "--server", $"{_network.Kms2.Server.Dns}", "--tsig", kms.Write("tsig.key", Tsig.File));

        await Eventually.HappensAsync(
            async () => await _network.HostC.AskAsync(_network.Kms2, _network.Kms00, after.Name) is KeyFound found && found.Key.Equals(after.Key.PublicKey),
            TimeSpan.FromSeconds(30), () => "the new key is attested");
        AssertFound(after, await AskAsync(after.Name));
    }

    [TestMethod]
    [DataRow("update.key", "(BADSIG)", DisplayName = "another secret")]
    [DataRow("unknown.key", "(BADKEY)", DisplayName = "an unknown key")]
    public async Task Enroll_AWrongTsigKey_SaysWhatIsWrong(string key, string says)
    {
        using CommandFolder kms = new();
        await kms.MustAsync("init", "enrolling.c.a.xx");

        (ExitCode code, _, string error) = await kms.RunAsync("enroll", "--server", $"{_network.Kms2.Server.Dns}", "--tsig", kms.Write("tsig.key", new TsigParty(key).File));

        Assert.AreEqual(ExitCode.Failed, code);
        StringAssert.Contains(error, says, StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Enroll_AZoneWithoutUpdates_SaysHowToAllowThem()
    {
        using CommandFolder kms = new();
        await kms.MustAsync("init", "enrolling.b.a.xx");

        (ExitCode code, _, string error) = await kms.RunAsync("enroll", "--server", $"{_network.Kms1.Server.Dns}", "--tsig", kms.Write("tsig.key", Tsig.File));

        Assert.AreEqual(ExitCode.Failed, code);
        StringAssert.Contains(error, "(REFUSED)", StringComparison.Ordinal);
    }

    [TestMethod]
    public async Task Rotate_Now_TheNewKeyAsksAndIsAttested()
    {
        DomainName name = DomainName.Parse("rotating.c.a.xx");
        using CommandFolder kms = new();
        (RealKms of, RealKms anchor) = (_network.Kms2, _network.Kms00);
        await kms.MustAsync("init", name.Value, "--kms", $"{of.Name}={of.PublicKey}", "--server", $"{of.Server.Dns}", "--trust", $"{anchor.Name}={anchor.Domain}={anchor.PublicKey}");
        string tsig = kms.Write("tsig.key", Tsig.File);
        await kms.MustAsync("enroll", "--tsig", tsig);
        string old = kms.Key().ToPem();

        await kms.MustAsync("rotate", "--at", "now", "--tsig", tsig);

        string now = kms.Key().ToPem();
        Assert.AreNotEqual(old, now);
        Assert.AreEqual(now, (await kms.MustAsync("get", name.Value)).Trim());
    }

    [TestMethod]
    public async Task Inquiry_InATsigSignedPacket_IsAnsweredInASignedOne()
    {
        byte[] request = Tsig.Signer.Sign(_network.HostA.Inquire(_network.Kms1, _network.Kms00.Name, _network.HostB.Name).ToArray(), out byte[] mac);

        byte[] response = await RawDns.AskTcpAsync(_network.Kms1.Server.Dns, request);

        Assert.AreEqual(TsigVerdict.Genuine, Tsig.Signer.Verify(response, mac));
        AssertAnswered(Read(response));
    }

    [TestMethod]
    public async Task Inquiry_InAPacketSignedByAnUnknownTsigKey_IsNotAnswered()
    {
        byte[] request = new TsigParty("unknown.key").Signer.Sign(_network.HostA.Inquire(_network.Kms1, _network.Kms00.Name, _network.HostB.Name).ToArray(), out _);

        byte[] response = await RawDns.AskTcpAsync(_network.Kms1.Server.Dns, request);

        Assert.AreEqual(9, response[3] & 0x0F, "It is NOTAUTH.");
        Assert.AreEqual(0, (response[6] << 8) | response[7], "It has an answer.");
    }

    [TestMethod]
    public async Task Inquiry_AThousandTimes_AllAreAnsweredAndTheStatisticsStillCount()
    {
        const int Requests = 1000;
        RealServer server = _network.Kms1.Server;
        long before = (long)(await server.Api.StatisticsAsync())["totalQueries"]!;
        DnsExchange exchange = new(new SocketDnsWire(), TimeProvider.System);

        await Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, cancellation) =>
        {
            DnsMessage request = _network.HostA.Inquire(_network.Kms1, _network.Kms1.Name, _network.HostA.Name);
            DnsExchangeResult result = await exchange.AskAsync(server.Dns, request, ExchangeSchedule.Host, _ => true, cancellation);
            Assert.IsTrue(result.IsAnswered);
            AssertAnswered(result.Response);
        });

        // The hour's statistics hold finished minutes alone.
        await Eventually.HappensAsync(
            async () => (long)(await server.Api.StatisticsAsync())["totalQueries"]! >= before + Requests, TimeSpan.FromSeconds(90), () => "the statistics count the requests");
        DnsMessage ordinary = await OrdinaryAsync(_network.Kms1, "b.a.xx", DnsType.Soa);
        Assert.HasCount(1, ordinary.Answers);
    }

    [TestMethod]
    public async Task Log_AtTheEnd_HasNoExceptionOfOurs()
    {
        foreach (RealKms kms in _network.All)
        {
            string log = await kms.Server.Api.LogAsync();
            ServerLogs.AssertNoExceptionOfOurs(log);
            StringAssert.Contains(log, kms.PublicKey.ToString(), StringComparison.Ordinal);
        }
    }

    /// <summary>A new host of c.a.xx, of which no KMS has heard yet.</summary>
    private static async Task<RealHostParty> PublishAsync(string label)
    {
        RealHostParty host = new($"{label}.c.a.xx");
        await _network.Kms2.PublishAsync(host);
        return host;
    }

    private static Task<KeyResult> AskAsync(DomainName name) => _network.HostA.AskAsync(_network.Kms1, _network.Kms00, name);

    private static async Task<DnsMessage> OrdinaryAsync(RealKms kms, string name, DnsType type) =>
        Read(await RawDns.AskUdpAsync(kms.Server.Dns, new DnsMessage { Questions = [new DnsQuestion(name, type)], Edns = new Edns() }.ToArray()));

    private static DnsMessage Read(byte[] packet)
    {
        Assert.IsTrue(DnsMessage.TryRead(packet, out DnsMessage? message, out DnsFault fault), $"{fault}");
        return message;
    }

    private static void AssertAnswered(DnsMessage response)
    {
        Assert.AreEqual(DnsResponseCode.NoError, response.ResponseCode);
        Assert.IsTrue(response.AuthoritativeAnswer);
        Assert.IsFalse(response.Truncated);
        Assert.HasCount(2, KmsPacket.Texts(response.Answers));
    }

    private static void AssertFound(RealHostParty host, KeyResult result)
    {
        Assert.IsInstanceOfType<KeyFound>(result, result.Summary);
        Assert.AreEqual(host.Key.PublicKey, ((KeyFound)result).Key);
        Assert.AreEqual(_network.Kms00.Name, ((KeyFound)result).Anchor);
    }

    private static void AssertNoAnswer(KeyResult result)
    {
        Assert.IsInstanceOfType<KeyFailed>(result, result.Summary);
        Assert.AreEqual(Reason.Timeout, ((KeyFailed)result).Unsolved?.Reason, result.Summary);
    }

    /// <summary>Two conditional forwarder zones at the KMS that is asked and at its upper one: one leads to KMS2's server, one to a socket that says nothing.</summary>
    private static async Task ForwardAsync()
    {
        _deadForwarder = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        _deadForwarder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        foreach (RealKms kms in (RealKms[])[_network.Kms0, _network.Kms1])
        {
            await kms.Server.Api.CreateZoneAsync(ForwarderAnswers, "Forwarder", Forwarder(_network.Kms2.Server.Dns));
            await kms.Server.Api.CreateZoneAsync(ForwarderIsDead, "Forwarder", Forwarder((IPEndPoint)_deadForwarder.LocalEndPoint!));
        }

        static (string, string)[] Forwarder(IPEndPoint to) =>
            [("initializeForwarder", "true"), ("protocol", "Udp"), ("forwarder", to.ToString()), ("dnssecValidation", "false")];
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=dot.test", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
