using System.Collections.Immutable;
using Kms.Protocol;
using Newtonsoft.Json.Linq;

namespace KmsApp.Tests;

/// <summary>What a real server answers to ordinary queries: the same bytes without the app, with it, and after it.</summary>
[TestClass]
[TestCategory(TechnitiumServer.Category)]
public sealed class RealOrdinaryDnsTests
{
    private const string Zone = "example.test";
    private const string Signed = "signed.test";
    private const DnsType Axfr = (DnsType)252;
    private const DnsType Dnskey = (DnsType)48;

    private static readonly ImmutableArray<(string Name, DnsType Type)> Questions =
    [
        ("www." + Zone, DnsType.A), ("www." + Zone, DnsType.Txt), (Zone, DnsType.Mx), (Zone, DnsType.Soa), ("text." + Zone, DnsType.Txt), ("long." + Zone, DnsType.Txt),
        ("alias." + Zone, DnsType.A), ("nobody." + Zone, DnsType.A), ("any.wild." + Zone, DnsType.Txt), ("www." + Zone, DnsType.Any),
        ("_kms.host." + Zone, DnsType.Txt), ("text." + Signed, DnsType.Txt), ("www." + Signed, DnsType.A), ("nobody." + Signed, DnsType.A), (Signed, Dnskey),
        ("outside.example", DnsType.A), ("outside.example", DnsType.Txt),
    ];

    private static readonly ImmutableArray<(string Name, DnsType Type)> Blocked = [("bad.blocked.test", DnsType.A), ("bad.blocked.test", DnsType.Txt), ("www." + Zone, DnsType.A)];

    private static readonly ImmutableArray<(string Name, DnsType Type)> AnsweredByApps =
        [("split." + Zone, DnsType.A), ("x.split." + Zone, DnsType.A), ("nx.blocked.test", DnsType.A), ("nx.blocked.test", DnsType.Txt), ("www." + Zone, DnsType.A)];

    private static RealServer _server = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        _server = await RealServer.StartAsync();
        RealServerApi api = _server.Api;
        await api.CreateZoneAsync(Zone);
        await api.AddRecordAsync(Zone, "www." + Zone, "A", ("ipAddress", "192.0.2.1"));
        await api.AddRecordAsync(Zone, "www." + Zone, "A", ("ipAddress", "192.0.2.2"));
        await api.AddRecordAsync(Zone, Zone, "MX", ("exchange", "mail." + Zone), ("preference", "10"));
        await api.AddRecordAsync(Zone, "mail." + Zone, "A", ("ipAddress", "192.0.2.3"));
        await api.AddRecordAsync(Zone, "alias." + Zone, "CNAME", ("cname", "mail." + Zone));
        await api.AddTxtAsync(Zone, "text." + Zone, "v=spf1 -all");
        await api.AddTxtAsync(Zone, "text." + Zone, "v=KMS1 is not a message");
        await api.AddTxtAsync(Zone, "long." + Zone, new string('x', 2000));
        await api.AddTxtAsync(Zone, "*.wild." + Zone, "wild");
        await api.AddTxtAsync(Zone, "_kms.host." + Zone, new RealHostParty("host." + Zone).Record);
        await api.SetZoneOptionsAsync(Zone, ("zoneTransfer", "Allow"));
        await api.CreateZoneAsync(Signed);
        await api.AddTxtAsync(Signed, "text." + Signed, "signed");
        await api.AddRecordAsync(Signed, "www." + Signed, "A", ("ipAddress", "192.0.2.4"));
        await api.SetZoneOptionsAsync(Signed, ("zoneTransfer", "Allow"));
        await api.SignZoneAsync(Signed);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    [TestMethod]
    public async Task OrdinaryAnswers_WithoutTheAppWithItAndAfterIt_AreTheSameBytes()
    {
        Dictionary<string, string> before = await AskAllAsync(Questions);
        AssertSigned(before["text.signed.test Txt udp"]);

        await InstallAsync();
        Dictionary<string, string> with = await AskAllAsync(Questions);
        await _server.Api.UninstallAppAsync(RealKms.AppName);
        Dictionary<string, string> after = await AskAllAsync(Questions);

        AssertSame(before, with);
        AssertSame(before, after);
    }

    [TestMethod]
    public async Task BlockedNames_WithoutTheAppAndWithIt_AreTheSameBytesAndInquiriesAreAnswered()
    {
        // The server blocks where it would recurse.
        await _server.Api.SetSettingsAsync(("recursion", "Allow"), ("enableBlocking", "true"), ("blockingType", "NxDomain"));
        await _server.Api.CallAsync("blocked/add", ("domain", "blocked.test"));
        Dictionary<string, string> before = await AskAllAsync(Blocked);
        AssertIsNxDomain(before["bad.blocked.test A udp"], "Blocking does not work.");

        (RealHostParty host, DomainName kms) = await InstallAsync("blocked.test", "bad.blocked.test");
        Dictionary<string, string> with = await AskAllAsync(Blocked);
        DnsExchangeResult inquiry = await InquireAsync(host, kms);
        await _server.Api.UninstallAppAsync(RealKms.AppName);
        await _server.Api.SetSettingsAsync(("recursion", "Deny"), ("enableBlocking", "false"));

        AssertSame(before, with);
        AssertAnswered(inquiry);
    }

    [TestMethod]
    public async Task OrdinaryAnswers_BesideOfficialAppsThatAnswer_AreTheSameBytesAndInquiriesAreAnswered()
    {
        RealServerApi api = _server.Api;
        await api.PutAppAsync("SplitHorizonApp", TechnitiumServer.OfficialApp("SplitHorizonApp"));
        await api.PutAppAsync("NxDomainApp", TechnitiumServer.OfficialApp("NxDomainApp"));
        await api.AddRecordAsync(
            Zone, "split." + Zone, "APP", ("appName", "SplitHorizonApp"), ("classPath", "SplitHorizon.SimpleAddress"), ("recordData", """{ "public": ["192.0.2.5"], "private": ["192.0.2.6"] }"""));
        await api.ConfigureAppAsync("NxDomainApp", """{ "appPreference": 20, "enableBlocking": true, "allowTxtBlockingReport": true, "blocked": ["nx.blocked.test"] }""");
        Dictionary<string, string> before = await AskAllAsync(AnsweredByApps);
        AssertIsNxDomain(before["nx.blocked.test A udp"], "NX Domain does not work.");

        (RealHostParty host, DomainName kms) = await InstallAsync("blocked.test", "nx.blocked.test");
        Dictionary<string, string> with = await AskAllAsync(AnsweredByApps);
        DnsExchangeResult inquiry = await InquireAsync(host, kms);
        await api.UninstallAppAsync(RealKms.AppName);
        foreach (string app in (string[])["SplitHorizonApp", "NxDomainApp"]) await api.UninstallAppAsync(app);

        AssertSame(before, with);
        AssertAnswered(inquiry);
    }

    [TestMethod]
    public async Task Log_AtTheEnd_HasNoExceptionOfOurs() => ServerLogs.AssertNoExceptionOfOurs(await _server.Api.LogAsync());

    /// <summary>Installs the app as a KMS with one host, which stands in the configuration.</summary>
    private static async Task<(RealHostParty Host, DomainName Kms)> InstallAsync(string domain = Zone, string name = "host." + Zone)
    {
        RealHostParty host = new(name);
        await _server.InstallAsync();
        JObject configuration = new()
        {
            ["enableKms"] = true,
            ["name"] = "kms." + domain,
            ["domain"] = domain,
            ["hosts"] = new JArray(new JObject { ["name"] = name, ["publicKeys"] = new JArray(host.Key.PublicKey.ToString()) }),
        };
        await _server.Api.ConfigureAppAsync(RealKms.AppName, configuration.ToString());
        return (host, DomainName.Parse("kms." + domain));
    }

    private static Task<DnsExchangeResult> InquireAsync(RealHostParty host, DomainName kms) =>
        new DnsExchange(new SocketDnsWire(), TimeProvider.System).AskAsync(_server.Dns, host.Inquire(kms, kms, host.Name), ExchangeSchedule.Host, _ => true, default);

    private static void AssertAnswered(DnsExchangeResult inquiry)
    {
        Assert.IsTrue(inquiry.IsAnswered);
        Assert.HasCount(2, KmsPacket.Texts(inquiry.Response.Answers), "The inquiry got an ordinary answer.");
    }

    private static void AssertIsNxDomain(string packet, string otherwise) => Assert.AreEqual(3, packet[7] - '0', otherwise);

    /// <summary>Every answer over UDP and TCP, without EDNS and with DNSSEC asked for, as hexadecimal text.</summary>
    private static async Task<Dictionary<string, string>> AskAllAsync(IEnumerable<(string Name, DnsType Type)> questions)
    {
        Dictionary<string, string> answers = [];
        foreach ((string name, DnsType type) in questions)
        {
            foreach ((string how, Edns? edns) in ((string, Edns?)[])[("", null), (" udp", new Edns { DnssecOk = true })])
            {
                answers[$"{name} {type}{how}"] = Hex(await RawDns.AskUdpAsync(_server.Dns, Query(name, type, edns)));
            }
            answers[$"{name} {type} tcp"] = Hex(await RawDns.AskTcpAsync(_server.Dns, Query(name, type, new Edns { DnssecOk = true })));
        }
        foreach (string zone in (string[])[Zone, Signed]) answers[zone + " axfr"] = Hex(await RawDns.AskTcpAsync(_server.Dns, Query(zone, Axfr, null)));
        return answers;
    }

    private static byte[] Query(string name, DnsType type, Edns? edns) =>
        new DnsMessage { Id = 0x4B4D, RecursionDesired = true, Questions = [new DnsQuestion(name, type)], Edns = edns }.ToArray();

    private static string Hex(byte[] packet) => Convert.ToHexString(packet);

    private static void AssertSame(Dictionary<string, string> before, Dictionary<string, string> after)
    {
        string[] changed = [.. before.Keys.Where(key => !SameButForOrder(before[key], after[key])).Select(key => $"{key}\n  {before[key]}\n  {after[key]}")];
        Assert.IsEmpty(changed, string.Join('\n', changed));
    }

    /// <summary>The server gives several addresses of a name in a random order.</summary>
    private static bool SameButForOrder(string before, string after) =>
        before == after || (before.Length == after.Length && before[..24] == after[..24] && Sorted(before).SequenceEqual(Sorted(after)));

    private static IEnumerable<string> Sorted(string packet)
    {
        Assert.IsTrue(DnsMessage.TryRead(Convert.FromHexString(packet), out DnsMessage? message, out _));
        return message.Answers.Concat(message.Authorities).Concat(message.Additionals)
            .Select(record => $"{record.Name} {record.Type} {record.Class} {record.Ttl} {Convert.ToHexString(record.Data.Span)}").Order(StringComparer.Ordinal);
    }

    private static void AssertSigned(string packet)
    {
        Assert.IsTrue(DnsMessage.TryRead(Convert.FromHexString(packet), out DnsMessage? message, out _));
        Assert.IsTrue(message.Answers.Any(record => record.Type == (DnsType)46), "There is no RRSIG.");
    }
}
