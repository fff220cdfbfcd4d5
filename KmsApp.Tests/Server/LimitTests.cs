using System.Net;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>Each limit: what happens where it is reached, what the journal hears, and that all goes on afterwards.</summary>
[TestClass]
public sealed class LimitTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [TestMethod]
    public async Task RelaysUnderWay_Reached_IsBusyAndTold_AndRelaysAgainWhenTheEarlierHaveEnded()
    {
        using Figure7 network = new(only: "kms0.a.xx", limits: new Limits { RelaysUnderWay = 4 });
        network.Network.Arrives = _ => false;
        for (int i = 0; i < 2; i++) Assert.AreEqual(ResponseKind.Records, (await RelayAsync(network, Inquiry(network, $"h{i}.c.a.xx"))).Kind);
        MessageText third = Inquiry(network, "h2.c.a.xx");

        Assert.AreEqual(ResponseKind.Busy, (await RelayAsync(network, third)).Kind);
        Assert.AreEqual(ResponseKind.Busy, (await RelayAsync(network, third)).Kind, "the same bytes get the same result");
        CollectionAssert.AreEqual((string[])["RelaysUnderWay"], network.Kms0.LimitsReached.ToArray());
        Assert.AreEqual(2, network.Kms0.Server.Occupancy.Relays);

        network.Time.Advance(ExchangeSchedule.BetweenServers.GivenUp); // toward KMS2
        await Figure7.UntilAsync(() => network.Network.Sent.Count == 4, "both are refused");
        network.Time.Advance(ExchangeSchedule.BetweenServers.GivenUp); // and back to KMS1
        await Figure7.UntilAsync(() => network.Kms0.Server.Occupancy.Relays == 0, "both have ended");
        Assert.AreEqual(0, network.Time.ArmedTimers);
        Assert.IsTrue((await RelayAsync(network, Inquiry(network, "h2.c.a.xx"))) is { Kind: ResponseKind.Records });
    }

    [TestMethod]
    public async Task RelaysUnderWay_OfANeighbourThatTakesWhatItCan_LeaveOthersAsMany()
    {
        using Figure7 network = new(only: "kms0.a.xx", limits: new Limits { RelaysUnderWay = 9 });
        network.Network.Arrives = _ => false;
        async Task<int> Flood(Node from, int count)
        {
            int taken = 0;
            for (int i = 0; i < count; i++)
            {
                MessageText request = from.Sign(new Inquiry(
                    Figure7.HostB, Use.Parse($"u{i}"), network.Kms00.Name, from.Address, from.Name, network.Kms0.Name, Figure7.NewId(), network.Now, Figure7.Path(from.Name.Value)));
                if ((await network.Kms0.ReceiveAsync(from.Address, isStream: false, request)).Kind == ResponseKind.Records) taken++;
            }
            return taken;
        }

        Assert.AreEqual(5, await Flood(network.Kms1, 20), "as many as are free");
        Assert.AreEqual(2, await Flood(network.Kms00, 20));
        Assert.AreEqual(1, await Flood(network.Kms2, 1));
        Assert.IsTrue(network.Kms0.LimitsReached.All(limit => limit == "RelaysUnderWay"));
        Assert.AreEqual(8, network.Kms0.Server.Occupancy.Relays);
    }

    [TestMethod]
    public async Task InquiriesForHost_Reached_IsBusyForWhatMustGoOn_AndForThatHostAlone()
    {
        using Figure7 network = new(only: "kms1.b.a.xx", limits: new Limits { InquiriesForHost = new Rate(1, 1) });
        using SigningKey keyC = KeyImporter.Generate();
        DomainName hostC = DomainName.Parse("host-c.b.a.xx");
        network.Kms1.Publish(new KeyRecord(hostC, default, keyC.PublicKey, null, null));
        (Task<Response> waits, _) = await network.AskOnAsync(network.Inquire(Figure7.HostB));

        Assert.AreEqual(ResponseKind.Busy, (await network.AskAsync(network.Inquire(DomainName.Parse("h1.c.a.xx")))).Kind);
        JournalEvent told = network.Kms1.Journal.Single(e => e.Kind == JournalEventKind.LimitReached);
        Assert.AreEqual(("InquiriesForHost", Figure7.HostA), (told.Limit, told.Party));
        (await network.AskAsync(network.InquireAtHome())).Attested();
        Task<Response> joins = network.AskAsync(network.Inquire(Figure7.HostB));
        await network.AskOnAsync(network.Inquire(DomainName.Parse("h1.c.a.xx"), change: i => i with { From = hostC }, key: keyC));
        Assert.HasCount(2, network.Network.Sent);

        network.Time.Advance(Second);
        await network.AskOnAsync(network.Inquire(DomainName.Parse("h2.c.a.xx")));
        network.Time.Advance(TimeSpan.FromSeconds(4));
        CollectionAssert.AreEqual((ResponseKind[])[ResponseKind.NoAnswer, ResponseKind.NoAnswer], (await Task.WhenAll(waits, joins)).Select(r => r.Kind).ToArray());
        Assert.AreEqual(0, network.Time.ArmedTimers);
    }

    [TestMethod]
    public async Task DeliveriesToDestination_Reached_LeavesTheHostWithoutAnAnswer_AndTheNextAttemptHasIt()
    {
        DomainName hostC = DomainName.Parse("host-c.c.a.xx");
        using Figure7 network = new(limits: new Limits { DeliveriesToDestination = new Rate(1, 1) });
        network.Kms2.Publish(new KeyRecord(hostC, default, network.KeyB.PublicKey, null, null));
        (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested();

        Task<Response> second = network.AskAsync(network.Inquire(hostC));
        await Figure7.UntilAsync(() => network.Kms00.LimitsReached.Any(), "the anchor does not deliver");
        Assert.IsFalse(second.IsCompleted);
        JournalEvent told = network.Kms00.Journal.Single(e => e.Kind == JournalEventKind.LimitReached);
        Assert.AreEqual(("DeliveriesToDestination", network.Kms0.Name), (told.Limit, told.Party));
        Assert.AreEqual(network.Kms1.Address, told.Source);
        network.Time.Advance(TimeSpan.FromSeconds(4));

        Assert.AreEqual(ResponseKind.NoAnswer, (await second).Kind);
        (await network.AskAsync(network.Inquire(hostC))).Attested();
        Assert.AreEqual(2, network.Kms00.Journal.Count(e => e.Kind == JournalEventKind.Attested), "what was signed then is at hand");
    }

    [TestMethod]
    public async Task DeliveriesToDestination_Reached_DoesNotTouchOtherDestinations()
    {
        using Figure7 network = new(only: "kms00.xx", limits: new Limits { DeliveriesToDestination = new Rate(1, 1) });
        foreach (int destination in (int[])[3, 3, 4]) Assert.AreEqual(ResponseKind.Records, (await SignAsync(network, Figure7.Endpoint(destination))).Kind);

        CollectionAssert.AreEqual((IPEndPoint[])[Figure7.Endpoint(3), Figure7.Endpoint(4)], network.Network.Sent.Select(sent => sent.To).ToArray());
        CollectionAssert.AreEqual((string[])["DeliveriesToDestination"], network.Kms00.LimitsReached.ToArray());
        network.Time.Advance(Second);
        await SignAsync(network, Figure7.Endpoint(3));
        Assert.HasCount(3, network.Network.Sent);
    }

    [TestMethod]
    public async Task SignaturesForNeighbour_Reached_IsBusyAndNotRemembered_SoThatTheSameBytesServeLater()
    {
        using Figure7 network = new(only: "kms0.a.xx", limits: new Limits { SignaturesForNeighbour = new Rate(1, 1) });
        Assert.AreEqual(ResponseKind.Records, (await RelayAsync(network, Inquiry(network, "h0.c.a.xx"))).Kind);
        MessageText second = Inquiry(network, "h1.c.a.xx");

        Assert.AreEqual(ResponseKind.Busy, (await RelayAsync(network, second)).Kind);
        CollectionAssert.AreEqual((string[])["SignaturesForNeighbour"], network.Kms0.LimitsReached.ToArray());
        Assert.AreEqual(1, network.Kms0.Server.Occupancy.Remembered);
        network.Time.Advance(Second);
        Assert.AreEqual(ResponseKind.Records, (await network.Kms0.ReceiveAsync(network.Kms1.Address, isStream: true, second)).Kind);
        Assert.HasCount(2, network.Network.Sent);
    }

    [TestMethod]
    public async Task SignedRefusals_Reached_IsToldWhileTheOldOnesServe_AndNotForThoseThatHaveEnded()
    {
        using Figure7 network = new(only: "kms1.b.a.xx", limits: new Limits { SignedRefusals = 2 });
        for (int i = 0; i < 3; i++) Assert.AreEqual(Reason.NotFound, (await network.AskAsync(network.Inquire(DomainName.Parse($"n{i}.b.a.xx")))).Unsolved().Reason);
        CollectionAssert.AreEqual((string[])["SignedRefusals"], network.Kms1.LimitsReached.ToArray());

        network.Time.Advance(Spec.UnsolvedWindow);
        for (int i = 3; i < 5; i++) Assert.AreEqual(Reason.NotFound, (await network.AskAsync(network.Inquire(DomainName.Parse($"n{i}.b.a.xx")))).Unsolved().Reason);
        Assert.AreEqual(1, network.Kms1.LimitsReached.Count(), "nothing that served was lost");
        await network.AskAsync(network.Inquire(DomainName.Parse("n5.b.a.xx")));
        Assert.AreEqual(2, network.Kms1.LimitsReached.Count());
    }

    [TestMethod]
    public async Task KnownMisses_Reached_IsToldWhileTheOldOnesCount_AndNotForThoseThatAreOver()
    {
        using Figure7 network = new(only: "kms1.b.a.xx", limits: new Limits { KnownMisses = 2 });
        for (int i = 0; i < 3; i++) await network.AskAsync(network.Inquire(DomainName.Parse($"n{i}.b.a.xx")));
        CollectionAssert.AreEqual((string[])["KnownMisses"], network.Kms1.LimitsReached.ToArray());

        network.Time.Advance(network.Kms1.Server.Configuration.Limits.KeyRefresh);
        for (int i = 3; i < 5; i++) await network.AskAsync(network.Inquire(DomainName.Parse($"n{i}.b.a.xx")));
        Assert.AreEqual(1, network.Kms1.LimitsReached.Count());
        Assert.AreEqual(3, network.Kms1.Server.Occupancy.Hosts, "host A and two misses");
    }

    [TestMethod]
    public async Task RateEntries_InAnotherConfiguration_CountAtOnce()
    {
        Limits limits = new() { InquiriesForHost = new Rate(1, 1), RateEntries = 1 };
        using Figure7 network = new(only: "kms1.b.a.xx", limits: limits);
        Dictionary<string, SigningKey> keys = new() { ["c"] = KeyImporter.Generate(), ["d"] = KeyImporter.Generate() };
        foreach ((string host, SigningKey key) in keys) network.Kms1.Publish(new KeyRecord(DomainName.Parse($"{host}.b.a.xx"), default, key.PublicKey, null, null));
        await network.AskOnAsync(network.Inquire(Figure7.HostB));
        await network.AskOnAsync(From("c", 0));
        Assert.AreEqual(ResponseKind.Busy, (await network.AskAsync(From("d", 1))).Kind, "beyond rateEntries all share one");

        KeyServerConfiguration old = network.ConfigurationOf(network.Kms1);
        network.Kms1.Server.Configure(new(old.Name, old.Domain, old.Key, old.VerificationKey, old.Upper, old.Lower, old.Trusted, [])
        {
            Address = old.Address,
            Limits = limits with { RateEntries = 10 },
        });
        await network.AskOnAsync(From("d", 2));
        Assert.AreEqual(ResponseKind.Busy, (await network.AskAsync(network.Inquire(DomainName.Parse("n9.c.a.xx")))).Kind, "what was used up is not forgotten");
        foreach (SigningKey key in keys.Values) key.Dispose();

        MessageText From(string host, int number) =>
            network.Inquire(DomainName.Parse($"n{number}.c.a.xx"), change: i => i with { From = DomainName.Parse($"{host}.b.a.xx") }, key: keys[host]);
    }

    private static Task<Response> RelayAsync(Figure7 network, MessageText text) => network.Kms0.ReceiveAsync(network.Kms1.Address, isStream: false, text);

    /// <summary>KMS1's inquiry to KMS0.</summary>
    private static MessageText Inquiry(Figure7 network, string name) => network.Kms1.Sign(new Inquiry(
        DomainName.Parse(name), Use.Identity, network.Kms00.Name, network.Kms1.Address, network.Kms1.Name, network.Kms0.Name, Figure7.NewId(), network.Now, Figure7.Path("kms1.b.a.xx")));

    /// <summary>KMS0's signature request to the anchor, for a KMS that waits somewhere.</summary>
    private static Task<Response> SignAsync(Figure7 network, IPEndPoint reply) => network.Kms00.ReceiveAsync(network.Kms0.Address, isStream: false, network.Kms0.Sign(new SignatureRequest(
        Figure7.HostB, Use.Identity, network.Kms00.Name, reply, network.KeyB.PublicKey, network.Now, null, network.Kms0.Name, network.Kms00.Name, Figure7.NewId(), network.Now,
        Figure7.Path("kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx,kms0.a.xx"))));
}
