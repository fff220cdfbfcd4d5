using System.Net;
using DnsServerCore.ApplicationCommon;
using Kms.Protocol;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Dns.ResourceRecords;
using DnsResponseCode = TechnitiumLibrary.Net.Dns.DnsResponseCode;

namespace KmsApp.Tests;

/// <summary>The journal through the host's interface, of requests that came through its hooks.</summary>
[TestClass]
public sealed class AppJournalTests
{
    [TestMethod]
    public async Task QueryLogs_NeverEnabled_IsAnEmptyPage()
    {
        using RunningApp app = new();

        DnsLogPage page = await ReadAsync(app);

        Assert.AreEqual((1L, 0L, 0L), (page.PageNumber, page.TotalPages, page.TotalEntries));
    }

    [TestMethod]
    public async Task QueryLogs_AnsweredAndAbandoned_AreThereWithTheirSource()
    {
        using RunningApp app = new();
        await app.StartAsync();
        using SigningKey other = KeyImporter.Generate();
        Assert.IsNotNull(await app.PassAsync(RunningApp.Request(app.Inquire()), DnsTransportProtocol.Https));
        Assert.IsNotNull(await app.PassAsync(RunningApp.Request(app.Inquire("host-z.b.a.xx"))));
        Assert.IsNull(await app.PassAsync(RunningApp.Request(app.Inquire(key: other))));
        Assert.IsNull(await app.PassAsync(RunningApp.Request(app.Inquire(), type: DnsResourceRecordType.A), DnsTransportProtocol.Tcp));

        DnsLogPage page = await ReadAsync(app);

        string[] answers = [.. page.Entries.Select(e => e.Answer!)];
        CollectionAssert.AreEquivalent(
            new[]
            {
                "attestation signed by kms1.b.a.xx", "attested by kms1.b.a.xx for host-a.b.a.xx", "abandoned: seal, as it says from host-a.b.a.xx", "abandoned: malformed",
                answers.Single(a => a.StartsWith("unsolved: ", StringComparison.Ordinal)),
            },
            answers);
        Assert.AreEqual(DnsTransportProtocol.Https, page.Entries.Single(e => e.Answer!.StartsWith("attested", StringComparison.Ordinal)).Protocol);
        Assert.IsTrue(page.Entries.Where(e => e.ClientIpAddress.Equals(RunningApp.Source.Address)).Count() == 4);
        Assert.AreEqual(1, (await ReadAsync(app, DnsTransportProtocol.Tcp)).TotalEntries);
    }

    [TestMethod]
    public async Task QueryLogs_SourceMappedToIPv6_IsShownAsIPv4()
    {
        using RunningApp app = new();
        await app.StartAsync();
        IPEndPoint mapped = new(RunningApp.Source.Address.MapToIPv6(), 5353);

        await ((IDnsRequestController)app.App).GetRequestActionAsync(RunningApp.Request(app.Inquire(), questions: 2), mapped, DnsTransportProtocol.Udp);

        Assert.AreEqual(RunningApp.Source.Address, (await ReadAsync(app)).Entries.Single().ClientIpAddress);
    }

    [TestMethod]
    public async Task QueryLogs_KmsIdleOrSwitchedOff_StillShowsWhatWas()
    {
        using RunningApp app = new();
        await app.StartAsync();
        Assert.IsTrue(await app.ServesAsync());
        long before = (await ReadAsync(app)).TotalEntries;

        File.Delete(app.KeyFile);
        await app.StartAsync();
        Assert.AreEqual(before, (await ReadAsync(app)).TotalEntries);
        await app.App.InitializeAsync(app.Server, """{ "enableKms": false }""");

        Assert.AreEqual(before, (await ReadAsync(app)).TotalEntries);
        Assert.AreEqual(2, before);
    }

    [TestMethod]
    public async Task QueryLogs_JournalSwitchedOff_HasNoRows()
    {
        using RunningApp app = new();
        await app.StartAsync(""", "journalEntries": 0""");

        Assert.IsTrue(await app.ServesAsync());

        Assert.AreEqual(0, (await ReadAsync(app)).TotalEntries);
    }

    [TestMethod]
    public async Task Summary_Interval_IsThatOfTheConfiguration()
    {
        VirtualTime time = new();
        using RunningApp app = new(time);
        await app.StartAsync(""", "summaryInterval": "00:01:00" """);
        Assert.IsTrue(await app.ServesAsync());

        time.Advance(TimeSpan.FromMinutes(1));

        Assert.AreEqual("In the last 00:01:00: 1 inquiries of hosts attested; 1 attestations signed.", app.Server.Log.Last());
    }

    [TestMethod]
    public async Task Dispose_ExchangeUnderWay_IsNoNews()
    {
        RunningApp app = new(new VirtualTime());
        await app.StartAsync(""", "upper": { "name": "kms0.a.xx", "addresses": ["127.0.0.1:9"] }""");
        Task<DnsDatagram?> passing = app.PassAsync(RunningApp.Request(app.Inquire("host-b.c.a.xx", "kms00.xx")));
        app.Server.Log.Clear();

        app.Dispose();

        Assert.AreEqual(DnsResponseCode.ServerFailure, (await passing)!.RCODE);
        Assert.IsEmpty(app.Server.Log);
        Assert.AreEqual(0, (await ReadAsync(app)).TotalEntries);
    }

    private static Task<DnsLogPage> ReadAsync(RunningApp app, DnsTransportProtocol? protocol = null) =>
        ((IDnsQueryLogs)app.App).QueryLogsAsync(1, 25, true, null, null, null, protocol, null, null, null, null, null);
}
