using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>Attestations in use are renewed in the last quarter of their life, here of an hour.</summary>
[TestClass]
public sealed class RenewalTests
{
    private static readonly DomainName HostOfKms0 = DomainName.Parse("host.a.xx");

    [TestMethod]
    [DataRow("host-b.c.a.xx", "kms00.xx")] // step 46
    [DataRow("host-b.c.a.xx", "kms0.a.xx")] // the anchor lies on the way, and has the attestation itself
    [DataRow("host-a.b.a.xx", "kms00.xx")] // step 49
    [DataRow("host-a.b.a.xx", "kms1.b.a.xx")] // the asked KMS is the anchor
    public async Task InUse_OverThreeLifetimes_NeverMeetsAColdWait(string name, string anchor)
    {
        using Figure7 network = new();
        (DomainName host, DomainName kms) = (DomainName.Parse(name), DomainName.Parse(anchor));
        HashSet<Digest> attestations = [(await network.AskAsync(network.Inquire(host, kms))).Messages[1].Digest];

        for (int minutes = 5; minutes <= 180; minutes += 5)
        {
            network.Time.Advance(TimeSpan.FromMinutes(5));
            Response response = await network.AskAsync(network.Inquire(host, kms));
            Assert.IsTrue(response.Attested().Answer.Path.IsNone, $"{minutes} minutes: nobody else was needed");
            attestations.Add(response.Messages[1].Digest);
            await RenewedAsync(network.Kms1);
        }

        // After 45 minutes, 90 and 135, and begun after 180; where the asked KMS signs itself it is given at once.
        bool isOwn = kms == network.Kms1.Name;
        Assert.HasCount(isOwn ? 5 : 4, attestations);
        Assert.AreEqual(isOwn ? 0 : 4, Renewals(network.Kms1));
        Assert.AreEqual(isOwn, network.Network.Sent.Count == 0);
    }

    [TestMethod]
    public async Task NotInUse_IsNotRenewed()
    {
        using Figure7 network = new();
        await network.AskAsync(network.Inquire(Figure7.HostB));
        network.Time.Advance(TimeSpan.FromMinutes(44));
        await network.AskAsync(network.Inquire(Figure7.HostB));
        network.Network.Forget();

        network.Time.Advance(TimeSpan.FromHours(3));

        Assert.IsEmpty(network.Network.Sent);
        Assert.AreEqual(0, network.Time.ArmedTimers);
    }

    [TestMethod]
    public async Task Silence_DoesNotMultiplyInquiries_AndTakesNothingAway()
    {
        using Figure7 network = new();
        Digest first = (await network.AskAsync(network.Inquire(Figure7.HostB))).Messages[1].Digest;
        network.Time.Advance(TimeSpan.FromMinutes(45));
        network.Network.Forget();
        network.Network.Arrives = _ => false;

        for (int seconds = 0; seconds < 600; seconds += 5)
        {
            Assert.AreEqual(first, (await network.AskAsync(network.Inquire(Figure7.HostB))).Messages[1].Digest);
            Assert.IsLessThanOrEqualTo(1, network.Kms1.Server.Occupancy.Pending);
            network.Time.Advance(TimeSpan.FromSeconds(5));
        }
        Assert.HasCount(10, network.Network.Sent);
        Assert.AreEqual(10, Renewals(network.Kms1));

        network.Network.Arrives = _ => true;
        await network.AskAsync(network.Inquire(Figure7.HostB));
        await RenewedAsync(network.Kms1);
        Assert.AreNotEqual(first, (await network.AskAsync(network.Inquire(Figure7.HostB))).Messages[1].Digest);
    }

    [TestMethod]
    [DataRow(3300, true)] // 300 s left: it is waited for a newer one
    [DataRow(3589, true)]
    [DataRow(3590, false)] // 10 s left: it must be good for 10 s more
    public async Task Silence_InTheLastMinutes_TheOneAtHandIsGivenAfterTheWait(int secondsLater, bool isGiven)
    {
        using Figure7 network = new();
        Digest first = (await network.AskAsync(network.Inquire(Figure7.HostB))).Messages[1].Digest;
        network.Time.Advance(TimeSpan.FromSeconds(secondsLater));
        network.Network.Forget();
        network.Network.Arrives = _ => false;

        (Task<Response> response, _) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        Assert.IsFalse(response.IsCompleted);
        network.Time.Advance(TimeSpan.FromSeconds(3));

        IReadOnlyList<MessageText> messages = (await response).Messages;
        Assert.AreEqual(isGiven, messages is [_, { } attestation] && attestation.Digest == first);
        if (!isGiven) Assert.AreEqual(Reason.Timeout, ((Unsolved)messages.Single().Message).Reason);

        // Who asks now need not wait for the next try.
        if (secondsLater == 3300) Assert.AreEqual(first, (await network.AskAsync(network.Inquire(Figure7.HostB))).Messages[1].Digest);
        Assert.HasCount(1, network.Network.Sent);
    }

    [TestMethod]
    public async Task ManyWhoAskAtOnce_BeginOneInquiry()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        await AskColdAsync(network);
        network.Time.Advance(TimeSpan.FromMinutes(45));
        network.Network.Forget();

        Response[] responses = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(() => network.AskAsync(network.Inquire(Figure7.HostB)))));

        Assert.IsTrue(responses.All(r => r.Kind == ResponseKind.Records));
        Assert.HasCount(1, network.Network.Sent);
        Assert.AreEqual(1, network.Kms1.Server.Occupancy.Pending);
    }

    [TestMethod]
    public async Task KeyThatHasChanged_IsFoundByTheRenewal_AndUnsolvedRemovesNothing()
    {
        using Figure7 network = new();
        using SigningKey changed = KeyImporter.Generate();
        await network.AskAsync(network.Inquire(Figure7.HostB));
        network.Kms2.Replace(Figure7.HostB, changed.PublicKey);
        network.Time.Advance(TimeSpan.FromMinutes(45));
        Assert.AreEqual(network.KeyB.PublicKey, (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested().Attestation.Key);
        await RenewedAsync(network.Kms1);
        Assert.AreEqual(changed.PublicKey, (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested().Attestation.Key);

        network.Kms2.Zone[Figure7.HostB] = [];
        network.Time.Advance(TimeSpan.FromMinutes(45));
        await network.AskAsync(network.Inquire(Figure7.HostB));
        await RenewedAsync(network.Kms1);

        Assert.AreEqual(Reason.NotFound, network.Kms1.Journal.Last(e => e.Kind == JournalEventKind.Accepted).Reason);
        Assert.AreEqual(changed.PublicKey, (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested().Attestation.Key);
        Assert.AreEqual(1, network.Kms1.Server.Occupancy.KeyTable);
        network.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.AreEqual(Reason.NotFound, (await network.AskAsync(network.Inquire(Figure7.HostB))).Unsolved().Reason);
    }

    [TestMethod]
    [DataRow(2699, false)]
    [DataRow(2700, true)]
    public async Task KmsThatAsks_InTheLastQuarter_GetsANewerOne(int secondsLater, bool isNewer)
    {
        using Figure7 network = new();
        Digest old = await AskOfKms0Async(network);
        network.Time.Advance(TimeSpan.FromSeconds(secondsLater));

        Response response = await network.AskAsync(network.Inquire(Figure7.HostB));

        Assert.AreEqual(isNewer, old != response.Messages[1].Digest);
        Assert.AreEqual(0, Renewals(network.Kms0), "no host of its own has asked");
    }

    [TestMethod]
    public async Task KmsThatAsks_WhereNobodyElseIsThere_GetsTheOldOne()
    {
        using Figure7 network = new();
        Digest old = await AskOfKms0Async(network);
        network.Time.Advance(TimeSpan.FromMinutes(45));
        network.Network.Arrives = sent => sent.To.Equals(network.Kms2.Address) is false;
        network.Network.Forget();
        (Task<Response> response, _) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        await Figure7.UntilAsync(() => network.Network.Sent.Count == 2, "KMS0 passes it on");
        network.Time.Advance(TimeSpan.FromSeconds(3));

        Assert.AreEqual(old, (await response).Messages[1].Digest);
    }

    [TestMethod]
    public async Task HalfThePlacesTaken_NoRenewalBegins_AndHostsThatWaitHaveTheRest()
    {
        using Figure7 network = new(only: "kms1.b.a.xx", limits: new Limits { PendingInquiries = 2 });
        await AskColdAsync(network);
        network.Time.Advance(TimeSpan.FromMinutes(45));
        (Task<Response> waits, _) = await network.AskOnAsync(network.Inquire(DomainName.Parse("other.c.a.xx")));
        network.Network.Forget();

        Response response = await network.AskAsync(network.Inquire(Figure7.HostB));

        Assert.AreEqual(ResponseKind.Records, response.Kind);
        Assert.IsEmpty(network.Network.Sent);
        Assert.AreEqual(nameof(Limits.PendingRenewals), network.Kms1.LimitsReached.Single());
        _ = await network.AskOnAsync(network.Inquire(DomainName.Parse("third.c.a.xx")));
        Assert.IsFalse(waits.IsCompleted);
    }

    [TestMethod]
    public async Task InquiriesForHost_BoundRenewals_AndLeaveTheHostItsOwn()
    {
        using Figure7 network = new(only: "kms1.b.a.xx", limits: new Limits { InquiriesForHost = new Rate(1, 2) });
        DomainName[] names = [.. Enumerable.Range(0, 3).Select(i => DomainName.Parse($"h{i}.c.a.xx"))];
        foreach (DomainName name in names)
        {
            await AskColdAsync(network, name);
            network.Time.Advance(TimeSpan.FromSeconds(1));
        }
        network.Time.Advance(TimeSpan.FromMinutes(45));
        network.Network.Forget();

        foreach (DomainName name in names) Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(network.Inquire(name))).Kind);

        Assert.HasCount(2, network.Network.Sent);
        Assert.AreEqual(nameof(Limits.InquiriesForHost), network.Kms1.LimitsReached.Single());
        _ = await network.AskOnAsync(network.Inquire(Figure7.HostB));
    }

    /// <summary>Waits until what was begun has ended.</summary>
    private static Task RenewedAsync(Node node) => Figure7.UntilAsync(() => node.Server.Occupancy.Pending == 0, "the renewal ends");

    private static int Renewals(Node node) => node.Journal.Count(e => e.Kind == JournalEventKind.RenewalBegun);

    /// <summary>Host A asks KMS1 alone, and gets an attestation of an hour.</summary>
    private static async Task AskColdAsync(Figure7 network, DomainName? name = null)
    {
        (Task<Response> response, SentRequest sent) = await network.AskOnAsync(network.Inquire(name ?? Figure7.HostB));
        MessageText attestation = network.Kms00.Sign(network.Attestation() with { Name = sent.Request.Name });
        await network.Kms1.ReceiveAsync(Figure7.Endpoint(1), false, network.Kms00.Sign(network.Deliver(sent.Request, attestation)), attestation);
        Assert.AreEqual(ResponseKind.Records, (await response).Kind);
    }

    /// <summary>A host of KMS0's asks it for host B's key; KMS0 trusts the anchor as its upper KMS, and keeps the attestation.</summary>
    private static async Task<Digest> AskOfKms0Async(Figure7 network)
    {
        network.Kms0.Publish(new KeyRecord(HostOfKms0, default, network.KeyA.PublicKey, null, null));
        MessageText inquiry = network.Inquire(Figure7.HostB, change: i => i with { From = HostOfKms0, To = network.Kms0.Name });
        return (await network.Kms0.ReceiveAsync(network.AddressOfA, false, inquiry)).Messages[1].Digest;
    }
}
