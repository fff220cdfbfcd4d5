using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Kms.Client;
using Kms.Protocol;
using Newtonsoft.Json.Linq;

namespace KmsApp.Tests;

/// <summary>What the servers of Fig. 7 say of what happens: the journal's rows, and the lines in the log, each of them once.</summary>
[TestClass]
[TestCategory(TechnitiumServer.Category)]
public sealed class RealJournalTests
{
    private const int Packets = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Two KMSs below KMS1 that are no servers: their packets are made here, with other times.</summary>
    private static readonly TestParty Ahead = new("kms3.d.b.a.xx");
    private static readonly TestParty Behind = new("kms4.e.b.a.xx");
    private static RealNetwork _network = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        _network = await RealNetwork.StartAsync();
        await _network.Kms1.ConfigureAsync(WithLowerOnes());

        // The first inquiry of four servers that have just begun may take longer than a host waits; it is not what is looked at here.
        await Eventually.HappensAsync(async () => await AskAsync(_network.HostC.Name) is KeyFound, Patience, () => "a key comes over all four servers");
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (_network is not null) await _network.DisposeAsync();
    }

    [TestMethod]
    public async Task Journal_KeyFromAnotherBranch_IsTracedOverFourServers()
    {
        Assert.IsInstanceOfType<KeyFound>(await AskAsync(_network.HostB.Name));

        const string Up = "kms1.b.a.xx,kms0.a.xx";
        await HasRowsAsync(
            _network.Kms1, _network.HostB.Name,
            "inquiry sent to kms0.a.xx, via kms1.b.a.xx",
            $"attestation by kms00.xx accepted from kms00.xx, via {Up}/kms2.c.a.xx,kms0.a.xx",
            $"attested by kms00.xx for host-a.b.a.xx, via {Up}/kms2.c.a.xx,kms0.a.xx");
        await HasRowsAsync(
            _network.Kms0, _network.HostB.Name,
            "inquiry taken from kms1.b.a.xx, via kms1.b.a.xx",
            $"inquiry sent to kms2.c.a.xx, via {Up}",
            $"signature request taken from kms2.c.a.xx, via {Up}/kms2.c.a.xx",
            $"signature by kms00.xx requested of kms00.xx, via {Up}/kms2.c.a.xx,kms0.a.xx");
        await HasRowsAsync(
            _network.Kms2, _network.HostB.Name,
            $"inquiry taken from kms0.a.xx, via {Up}",
            $"signature by kms00.xx requested of kms0.a.xx, via {Up}/kms2.c.a.xx");
        await HasRowsAsync(
            _network.Kms00, _network.HostB.Name,
            $"signature request taken from kms0.a.xx, via {Up}/kms2.c.a.xx,kms0.a.xx",
            "attestation signed by kms00.xx",
            $"attestation by kms00.xx delivered to kms1.b.a.xx, via {Up}/kms2.c.a.xx,kms0.a.xx");
    }

    [TestMethod]
    public async Task Journal_KeyThatHasEnded_IsTracedBackAndNoNewsForTheLog()
    {
        RealHostParty host = new("ended.c.a.xx");
        KeyRecord ended = new(host.Name, Use.Identity, host.Key.PublicKey, null, UnixTime.Floor(DateTimeOffset.UtcNow.AddDays(-1)));
        await _network.Kms2.Server.Api.AddTxtAsync("c.a.xx", KeyRecord.OwnerOf(host.Name), MessageText.Of(ended).ToString());
        string[] before = await LinesAsync(_network.Kms1);

        KeyResult result = await AskAsync(host.Name);

        Assert.AreEqual(Reason.Expired, (result as KeyFailed)?.Unsolved?.Reason, result.Summary);
        const string Way = "kms1.b.a.xx,kms0.a.xx";
        await HasRowsAsync(
            _network.Kms1, host.Name,
            "inquiry sent to kms0.a.xx, via kms1.b.a.xx",
            $"unsolved: expired, accepted from kms0.a.xx, via {Way}",
            $"unsolved: expired, for host-a.b.a.xx, via {Way}");
        await HasRowsAsync(_network.Kms2, host.Name, $"inquiry taken from kms0.a.xx, via {Way}", $"unsolved: expired, sent back to kms0.a.xx, via {Way}");
        CollectionAssert.AreEqual(before, await LinesAsync(_network.Kms1));
    }

    [TestMethod]
    public async Task Log_ClockOfANeighbourIsAhead_IsSaidWithTheSecondsOnce() => await TellsTheClockAsync(Ahead, 900, "ahead", "");

    [TestMethod]
    public async Task Log_ClockOfANeighbourIsBehind_IsSaidWithTheSecondsOnce() =>
        await TellsTheClockAsync(Behind, -900, "behind", ", or somebody sends its old packets again");

    [TestMethod]
    public async Task Log_SenderIsNoNeighbourOrHasNotItsKey_SaysNothingOfAClock()
    {
        string[] before = await LinesAsync(_network.Kms1);
        using Socket socket = Connect(_network.Kms1);
        foreach (TestParty party in (TestParty[])[new TestParty(Ahead.Name.Value), new TestParty("kms9.f.b.a.xx")]) await SendAsync(socket, party, 900, $"pretended-{party.Name}");

        await HasRowsAsync(_network.Kms1, DomainName.Parse($"pretended-{Ahead.Name}"), Abandoned(Ahead.Name));
        await HasRowsAsync(_network.Kms1, DomainName.Parse("pretended-kms9.f.b.a.xx"), Abandoned(DomainName.Parse("kms9.f.b.a.xx")));
        CollectionAssert.AreEqual(before, await LinesAsync(_network.Kms1));

        static string Abandoned(DomainName name) => $"abandoned: clock, 900 s ahead, as it says from {name}";
    }

    [TestMethod]
    public async Task Log_LimitReachedManyTimes_IsSaidOnce()
    {
        JObject configuration = _network.ConfigurationOf(_network.Kms2);
        configuration["limits"] = new JObject { ["inquiriesForHost"] = new JObject { ["perSecond"] = 1, ["burst"] = 1 } };
        await _network.Kms2.ConfigureAsync(configuration);
        using Socket socket = Connect(_network.Kms2);
        int truncated = 0;
        for (int i = 0; i < Packets; i++)
        {
            DnsMessage response = await AskAsync(socket, _network.HostC.Inquire(_network.Kms2, _network.Kms00.Name, DomainName.Parse($"nobody{i}.b.a.xx")));
            if (response.Truncated) truncated++;
        }
        await _network.Kms2.ConfigureAsync(_network.ConfigurationOf(_network.Kms2));

        Assert.IsGreaterThan(1, truncated);
        await SaysOnceAsync(_network.Kms2, "A limit is reached", $"A limit is reached: inquiriesForHost; seen last with {_network.HostC.Name} at {socket.LocalEndPoint}. The limits stand under \"limits\".");
    }

    [TestMethod]
    public async Task Log_NeighbourHasTheAppSwitchedOff_RefusalAndReturnAreSaidOnce()
    {
        JObject off = _network.ConfigurationOf(_network.Kms0);
        off["enableKms"] = false;
        await _network.Kms0.ConfigureAsync(off);
        await AskTwiceInVainAsync(_network.HostA, _network.Kms1, "c.a.xx");
        await SaysOnceAsync(
            _network.Kms1, "refuses: it answers",
            $"The KMS kms0.a.xx at {_network.Kms0.Server.Dns} refuses: it answers with NxDomain, but with no acknowledgement. Is the key server installed there, enabled, and within its limits?");

        await _network.Kms0.ConfigureAsync(_network.ConfigurationOf(_network.Kms0));

        for (int i = 0; i < 2; i++) Assert.IsInstanceOfType<KeyAbsent>(await AskAsync(DomainName.Parse($"back{i}.c.a.xx")));
        await SaysOnceAsync(_network.Kms1, "kms0.a.xx answers", "The KMS kms0.a.xx answers again.");
    }

    [TestMethod]
    public async Task Log_NeighbourRefusesTheAddress_IsSaidOnceAndOnceWhenItIsMended()
    {
        JObject wrong = WithLowerOnes();
        wrong["address"] = $"127.0.0.5:{RealServer.DnsPort}";
        await _network.Kms1.ConfigureAsync(wrong);
        for (int i = 0; i < 2; i++)
        {
            KeyResult result = await AskAsync(DomainName.Parse($"refused{i}.c.a.xx"));
            Assert.AreEqual(Reason.Refused, (result as KeyFailed)?.Unsolved?.Reason, result.Summary);
        }
        await SaysOnceAsync(
            _network.Kms1, "refuses what",
            "The KMS kms0.a.xx refuses what this KMS asks. Do its \"addresses\" of this KMS hold the \"address\" where deliveries reach this one?");

        await _network.Kms1.ConfigureAsync(WithLowerOnes());

        for (int i = 0; i < 2; i++) Assert.IsInstanceOfType<KeyAbsent>(await AskAsync(DomainName.Parse($"mended{i}.c.a.xx")));
        await SaysOnceAsync(_network.Kms1, "no longer", "The KMS kms0.a.xx no longer refuses what this KMS asks.");
    }

    [TestMethod]
    public async Task Log_NeighbourIsDown_SilenceAndReturnAreSaidOnce()
    {
        await _network.Kms0.Server.RestartAsync(async () =>
        {
            await AskTwiceInVainAsync(_network.HostC, _network.Kms2, "b.a.xx");
            await SaysOnceAsync(
                _network.Kms2, "does not answer",
                $"The KMS kms0.a.xx at {_network.Kms0.Server.Dns} does not answer. Is it up, is this KMS among its neighbours with its present key, and are both clocks right?");
        });

        await Eventually.HappensAsync(
            async () => await _network.HostC.AskAsync(_network.Kms2, _network.Kms00, _network.HostA.Name) is KeyFound, Patience, () => "a key comes over the neighbour that is back");
        await SaysOnceAsync(_network.Kms2, "kms0.a.xx answers", "The KMS kms0.a.xx answers again.");
    }

    private static JObject WithLowerOnes()
    {
        JObject configuration = _network.ConfigurationOf(_network.Kms1);
        configuration["lower"] = new JArray(Lower(Ahead, "d.b.a.xx", "127.0.0.3"), Lower(Behind, "e.b.a.xx", "127.0.0.4"));
        return configuration;

        static JObject Lower(TestParty party, string domain, string address) => new()
        {
            ["name"] = party.Name.Value,
            ["domain"] = domain,
            ["addresses"] = new JArray($"{address}:{RealServer.DnsPort}"),
            ["publicKeys"] = new JArray(party.PublicKey.ToString()),
        };
    }

    private static async Task TellsTheClockAsync(TestParty party, int seconds, string way, string rest)
    {
        string name = $"asked-by-{party.Name}";
        using Socket socket = Connect(_network.Kms1);
        for (int i = 0; i < Packets; i++) await SendAsync(socket, party, seconds, name);

        // The last packets have been judged, and at least a few of the seals checked.
        JObject[] rows = [];
        await Eventually.HappensAsync(
            async () => (rows = await _network.Kms1.Server.Api.JournalAsync(name)).Count(row => Says(row).StartsWith("abandoned: clock", StringComparison.Ordinal)) == Packets
                && rows.Count(row => Says(row).StartsWith($"clock of {party.Name}", StringComparison.Ordinal)) > 1,
            Patience, () => $"the journal has the packets: {string.Join("; ", rows.Select(Says))}");
        Assert.AreEqual(0, socket.Available, "A packet was answered.");
        string log = await _network.Kms1.Server.LogWithAsync(text => text.Contains($"The clock of the KMS {party.Name}", StringComparison.Ordinal), "the clock");
        string line = ServerLogs.LinesOfOurs(log).Single(text => text.StartsWith($"The clock of the KMS {party.Name}", StringComparison.Ordinal));

        // A second may end between the making of the packet and its arrival.
        string expected = $"The clock of the KMS {party.Name} at {socket.LocalEndPoint} is SECONDS s {way}{rest}; more than 300 s are not allowed, and its packets are abandoned. Put the clock right that is wrong, there or here.";
        Match match = Regex.Match(line, $"^{Regex.Escape(expected).Replace("SECONDS", "([0-9]+)", StringComparison.Ordinal)}$");
        Assert.IsTrue(match.Success, line);
        Assert.IsLessThanOrEqualTo(2, Math.Abs(int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) - Math.Abs(seconds)), line);
    }

    private static async Task SendAsync(Socket socket, TestParty party, int seconds, string name)
    {
        MessageText text = party.Sign(new Inquiry(
            DomainName.Parse(name), Use.Identity, _network.Kms00.Name, IPEndPoint.Parse("127.0.0.3:53"), party.Name, _network.Kms1.Name,
            new InquiryId(RandomNumberGenerator.GetBytes(InquiryId.Size)), UnixTime.Floor(DateTimeOffset.UtcNow.AddSeconds(seconds)), Happenings.Path(party.Name.Value)));
        await socket.SendAsync(KmsPacket.Request((ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue), name, text.Text).ToArray());
    }

    private static Socket Connect(RealKms kms)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(kms.Server.Dns);
        return socket;
    }

    private static async Task<DnsMessage> AskAsync(Socket socket, DnsMessage request)
    {
        using var over = new CancellationTokenSource(Patience);
        await socket.SendAsync(request.ToArray(), over.Token);
        byte[] buffer = new byte[ushort.MaxValue];
        int length = await socket.ReceiveAsync(buffer, over.Token);
        Assert.IsTrue(DnsMessage.TryRead(buffer.AsSpan(0, length), out DnsMessage? response, out DnsFault fault), $"{fault}");
        return response;
    }

    private static Task<KeyResult> AskAsync(DomainName name) => _network.HostA.AskAsync(_network.Kms1, _network.Kms00, name);

    private static async Task AskTwiceInVainAsync(RealHostParty host, RealKms kms, string domain)
    {
        KeyResult[] results = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => host.AskAsync(kms, _network.Kms00, DomainName.Parse($"vain{i}.{domain}"))));
        foreach (KeyResult result in results) Assert.IsInstanceOfType<KeyFailed>(result, result.Summary);
    }

    /// <summary>Waits until a KMS's journal has these rows about a name, and no other ones.</summary>
    private static async Task HasRowsAsync(RealKms kms, DomainName name, params string[] expected)
    {
        string[] rows = [];
        await Eventually.HappensAsync(
            async () => (rows = [.. (await kms.Server.Api.JournalAsync(name.Value)).Select(Says)]).Length >= expected.Length, Patience, () => $"rows of {kms.Name}: {string.Join("; ", rows)}");
        CollectionAssert.AreEqual(expected, rows, $"{kms.Name}: {string.Join(Environment.NewLine, rows)}");
    }

    /// <summary>Waits for a line in a KMS's log, and fails where more than these lines have the words.</summary>
    private static async Task SaysOnceAsync(RealKms kms, string words, params string[] expected)
    {
        await kms.Server.LogWithAsync(log => log.Contains(words, StringComparison.Ordinal), words);
        string[] said = [.. (await LinesAsync(kms)).Where(line => line.Contains(words, StringComparison.Ordinal))];
        CollectionAssert.AreEqual(expected, said, string.Join(Environment.NewLine, said));
    }

    private static async Task<string[]> LinesAsync(RealKms kms) => ServerLogs.LinesOfOurs(await kms.Server.Api.LogAsync());

    private static string Says(JObject row) => (string)row["answer"]!;
}
