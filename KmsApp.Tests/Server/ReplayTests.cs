using Kms.Protocol;
using Kms.Server;
using KmsApp.Tests.Simulation;

namespace KmsApp.Tests.Server;

/// <summary>Retransmissions, shares and rates: sections 5 and 9.</summary>
[TestClass]
public sealed class ReplayTests
{
    [TestMethod]
    public async Task Retransmission_GetsTheSameResponseEightTimes_TheNinthIsDropped()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        MessageText inquiry = network.InquireAtHome();
        Response first = await network.AskAsync(inquiry);
        for (int i = 0; i < 8; i++)
            Assert.AreEqual(first, await network.Kms1.ReceiveAsync(Figure7.Endpoint(20 + i), isStream: i % 2 == 0, inquiry));

        Assert.AreEqual(ResponseKind.Abandoned, (await network.AskAsync(inquiry)).Kind);
        Assert.AreEqual(AbandonReason.Retransmissions, network.Kms1.Abandoned);
        Assert.AreEqual(ResponseKind.Abandoned, (await network.AskAsync(network.InquireAtHome(i => i with { Id = ((Inquiry)inquiry.Message).Id }))).Kind);
        Assert.AreEqual(AbandonReason.Replay, network.Kms1.Abandoned, "other bytes, for the signature is another one");
    }

    [TestMethod]
    public async Task Retransmission_WhileTheFirstIsBeingChecked_JoinsIt()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        network.Kms1.HoldsWork = true;
        MessageText inquiry = network.InquireAtHome(), other = network.InquireAtHome(i => i with { Id = ((Inquiry)inquiry.Message).Id });
        List<Task<Response>> responses = [.. Enumerable.Range(0, 10).Select(_ => network.AskAsync(inquiry))];
        Task<Response> otherBytes = network.AskAsync(other);
        network.Kms1.ReleaseWork();

        Response[] all = await Task.WhenAll(responses);
        Assert.AreEqual(1, all.Take(9).Distinct().Count());
        Assert.AreEqual(ResponseKind.Records, all[0].Kind);
        Assert.AreEqual(ResponseKind.Abandoned, all[9].Kind);
        Assert.AreEqual(ResponseKind.Abandoned, (await otherBytes).Kind);
        Assert.AreEqual(1, network.Kms1.Server.Occupancy.Remembered);
    }

    [TestMethod]
    public async Task Retransmission_OfAnInquiryThatIsHeld_StartsNothing()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        MessageText inquiry = network.Inquire(Figure7.HostB);
        (Task<Response> first, SentRequest asked) = await network.AskOnAsync(inquiry);
        Task<Response> again = network.AskAsync(inquiry);
        await network.Kms1.ReceiveAsync(network.Kms0.Address, false, network.Kms0.Sign(network.Refuse(asked.Request, Reason.NotFound)));

        Assert.AreEqual(await first, await again);
        Assert.HasCount(1, network.Network.Sent);
    }

    [TestMethod]
    public void Memory_ThatBeganUnderAClockAnHourAhead_IsNotDeafWhenTheClockIsSetRight()
    {
        VirtualTime time = new();
        SimulatedClock clock = new(time, TimeSpan.FromHours(1), drift: 0);
        ReplayMemory memory = new(clock);
        DateTimeOffset now = time.GetUtcNow();
        Assert.IsTrue(memory.MayHaveForgotten(now));
        clock.Set(TimeSpan.Zero);

        Assert.IsFalse(memory.MayHaveForgotten(now));
        Assert.IsTrue(memory.MayHaveForgotten(now - TimeSpan.FromSeconds(1)), "it began anew");
    }

    [TestMethod]
    [DataRow(200, -101, true)]
    [DataRow(200, -100, false)]
    public void Memory_UnderAClockSetForwardAndBack_TakesNothingThatItMayHaveForgotten(int ahead, int at, bool expected)
    {
        VirtualTime time = new();
        SimulatedClock clock = new(time, TimeSpan.Zero, drift: 0);
        ReplayMemory memory = new(clock);
        time.Advance(TimeSpan.FromHours(1));
        DateTimeOffset now = time.GetUtcNow();
        clock.Set(TimeSpan.FromSeconds(ahead));
        memory.MayHaveForgotten(now);
        clock.Set(TimeSpan.Zero);

        Assert.AreEqual(expected, memory.MayHaveForgotten(now + TimeSpan.FromSeconds(at)));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Memory_UnderAClockSetBackByMoreThanTheSkew_TakesWhatWasWrittenBefore_UnlessItHasForgottenAnythingSince(bool hasForgotten)
    {
        VirtualTime time = new();
        SimulatedClock clock = new(time, TimeSpan.Zero, drift: 0);
        ReplayMemory memory = new(clock);
        time.Advance(TimeSpan.FromHours(1));
        DateTimeOffset now = time.GetUtcNow();
        clock.Set(TimeSpan.FromSeconds(400));
        using SigningKey key = KeyImporter.Generate();
        DomainName name = DomainName.Parse("h.xx");
        Inquiry inquiry = new(name, Use.Identity, name, Figure7.Endpoint(1), name, name, Figure7.NewId(), now + TimeSpan.FromSeconds(100), KmsPath.None);
        Assert.IsTrue(MessageText.TrySign(inquiry, key, out MessageText? text));
        if (hasForgotten) Assert.AreEqual(ReplayVerdict.New, memory.Enter(text, 1, 1, Task.FromResult(Response.Busy), out _));
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.AreEqual(0, memory.Count);

        clock.Set(TimeSpan.Zero);

        Assert.AreEqual(hasForgotten, memory.MayHaveForgotten(now + TimeSpan.FromSeconds(1)));
        Assert.IsFalse(memory.MayHaveForgotten(now + TimeSpan.FromSeconds(2)));
        Assert.IsTrue(memory.MayHaveForgotten(now - TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1)), "before it began");
    }

    [TestMethod]
    [DataRow(-200)]
    [DataRow(0)]
    [DataRow(300)]
    public async Task Memory_ForgetsExactlyWhenTheMessageIsTooOldItself(int at)
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        network.Time.Advance(TimeSpan.FromSeconds(1000));
        MessageText inquiry = network.InquireAtHome(i => i with { At = i.At + TimeSpan.FromSeconds(at) });
        await network.AskAsync(inquiry);

        network.Time.Advance(TimeSpan.FromSeconds(at + 300.9));
        Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(inquiry)).Kind, "a retransmission still");
        Assert.AreEqual(1, network.Kms1.Server.Occupancy.Remembered);
        network.Time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.AreEqual(ResponseKind.Abandoned, (await network.AskAsync(inquiry)).Kind);
        Assert.AreEqual(AbandonReason.Clock, network.Kms1.Abandoned);
        await network.AskAsync(network.InquireAtHome());
        Assert.AreEqual(1, network.Kms1.Server.Occupancy.Remembered, "the new one alone");
    }

    [TestMethod]
    public async Task Share_ThatIsFull_RefusesThatSenderAlone()
    {
        using Figure7 network = new(only: "kms1.b.a.xx", limits: new Limits { ReplayEntriesForHost = 3 });
        using SigningKey key = KeyImporter.Generate();
        DomainName other = DomainName.Parse("host-c.b.a.xx");
        network.Kms1.Publish(new KeyRecord(other, default, key.PublicKey, null, null));
        MessageText first = network.InquireAtHome();
        await network.AskAsync(first);
        for (int i = 0; i < 2; i++) Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(network.InquireAtHome())).Kind);

        Assert.AreEqual(ResponseKind.Busy, (await network.AskAsync(network.InquireAtHome())).Kind);
        CollectionAssert.AreEqual((string[])["ReplayEntriesForHost"], network.Kms1.LimitsReached.ToArray());
        Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(network.InquireAtHome(i => i with { From = other }, key))).Kind);
        Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(first)).Kind, "nothing was evicted");
        network.Time.Advance(TimeSpan.FromSeconds(301));
        Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(network.InquireAtHome())).Kind);
    }

    [TestMethod]
    public async Task Memory_ThatIsFull_RefusesWhatIsNew()
    {
        using Figure7 network = new(only: "kms1.b.a.xx", limits: new Limits { ReplayEntries = 1 });
        await network.AskAsync(network.InquireAtHome());

        Assert.AreEqual(ResponseKind.Busy, (await network.AskAsync(network.InquireAtHome())).Kind);
        CollectionAssert.AreEqual((string[])["ReplayEntries"], network.Kms1.LimitsReached.ToArray());
    }

    [TestMethod]
    public async Task Configure_KeepsTheMemory()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        MessageText inquiry = network.InquireAtHome();
        Response first = await network.AskAsync(inquiry);
        network.Kms1.Server.Configure(network.ConfigurationOf(network.Kms1));

        Assert.AreEqual(first, await network.AskAsync(inquiry));
    }

    [TestMethod]
    public async Task Truncations_ForOneAddress_AreBounded_AndThoseForOthersGoOn()
    {
        using Figure7 network = new(only: "kms1.b.a.xx", limits: new Limits { ChecksForHost = new Rate(1, 1), TruncationsForAddress = new Rate(1, 2) });
        await network.AskAsync(network.InquireAtHome()); // makes its keys known
        Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(network.InquireAtHome())).Kind);

        foreach (ResponseKind expected in (ResponseKind[])[ResponseKind.Busy, ResponseKind.Busy, ResponseKind.Abandoned, ResponseKind.Abandoned])
            Assert.AreEqual(expected, (await network.AskAsync(network.InquireAtHome())).Kind);

        Assert.AreEqual(ResponseKind.Busy, (await network.Kms1.ReceiveAsync(Figure7.Endpoint(99), isStream: false, network.InquireAtHome())).Kind);
        Assert.AreEqual(ResponseKind.Records, (await network.Kms1.ReceiveAsync(network.AddressOfA, isStream: true, network.InquireAtHome())).Kind, "over a stream nothing is cut off");
    }

    [TestMethod]
    public async Task Checks_OverStreamsAndTruncations_CountANetworkOfIPv6AsOne_AndANeighbourThereApart()
    {
        Limits limits = new() { ChecksForHost = new Rate(1, 1), ChecksForAddress = new Rate(1, 2), ChecksForNeighbour = new Rate(1, 3), TruncationsForAddress = new Rate(1, 2) };
        using Figure7 network = new(only: "kms1.b.a.xx", limits: limits);
        network.Network.Move(network.Kms0, At("2001:db8::ffff"));
        network.Kms1.Server.Configure(network.ConfigurationOf(network.Kms1));
        MessageText refusal = await RefusalAsync(network);
        Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(network.InquireAtHome())).Kind);

        // The third of one /64 is one too many, whatever its last 64 bits are; of another one it is not.
        ResponseKind[] streams = await From(true, "2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1");
        CollectionAssert.AreEqual((ResponseKind[])[ResponseKind.Records, ResponseKind.Records, ResponseKind.Busy, ResponseKind.Records], streams);
        ResponseKind[] truncated = await From(false, "2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1");
        CollectionAssert.AreEqual((ResponseKind[])[ResponseKind.Busy, ResponseKind.Busy, ResponseKind.Abandoned, ResponseKind.Busy], truncated);
        Assert.IsTrue((await network.Kms1.ReceiveAsync(network.Kms0.Address, isStream: true, refusal)).Acknowledges(refusal));

        static System.Net.IPEndPoint At(string address) => new(System.Net.IPAddress.Parse(address), Spec.DnsPort);

        async Task<ResponseKind[]> From(bool isStream, params string[] addresses)
        {
            List<ResponseKind> kinds = [];
            foreach (string address in addresses) kinds.Add((await network.Kms1.ReceiveAsync(At(address), isStream, network.InquireAtHome())).Kind);
            return [.. kinds];
        }
    }

    [TestMethod]
    public async Task Checks_OfAHostOverItsShare_AreBusyOverUdp_AndStillMadeOverAStreamByAddress()
    {
        using Figure7 network = new(only: "kms1.b.a.xx", limits: new Limits { ChecksForHost = new Rate(1, 2), ChecksForAddress = new Rate(1, 1) });
        await network.AskAsync(network.InquireAtHome()); // makes its keys known
        for (int i = 0; i < 2; i++) Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(network.InquireAtHome())).Kind);

        MessageText inquiry = network.InquireAtHome();
        Assert.AreEqual(ResponseKind.Busy, (await network.AskAsync(inquiry)).Kind);
        Assert.AreEqual(ResponseKind.Records, (await network.Kms1.ReceiveAsync(network.AddressOfA, isStream: true, inquiry)).Kind);
        Assert.AreEqual(ResponseKind.Busy, (await network.Kms1.ReceiveAsync(network.AddressOfA, isStream: true, network.InquireAtHome())).Kind);
        Assert.AreEqual(ResponseKind.Records, (await network.Kms1.ReceiveAsync(Figure7.Endpoint(99), isStream: true, network.InquireAtHome())).Kind);
        CollectionAssert.AreEqual((string[])["ChecksForHost", "ChecksForAddress"], network.Kms1.LimitsReached.ToArray());
        network.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(network.InquireAtHome())).Kind);
    }

    [TestMethod]
    public async Task Flood_InTheNamesOfHosts_EndsAtTheLimitOfFailures_WhichHonestChecksDoNotUseUp()
    {
        using Figure7 network = new(only: "kms1.b.a.xx", limits: new Limits { FailedChecks = new Rate(1, 3) });
        for (int i = 0; i < 10; i++) Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(network.InquireAtHome())).Kind);
        for (int i = 0; i < 3; i++) Assert.AreEqual(ResponseKind.Abandoned, (await network.AskAsync(network.Kms2.Sign(network.InquireAtHome().Message))).Kind);

        Assert.AreEqual(ResponseKind.Busy, (await network.AskAsync(network.Kms2.Sign(network.InquireAtHome().Message))).Kind);
        Assert.AreEqual(ResponseKind.Busy, (await network.AskAsync(network.InquireAtHome())).Kind);
        Assert.AreEqual(ResponseKind.Records, (await network.Kms1.ReceiveAsync(network.AddressOfA, isStream: true, network.InquireAtHome())).Kind);
        CollectionAssert.AreEqual((string[])["FailedChecks", "FailedChecks"], network.Kms1.LimitsReached.ToArray());
        network.Time.Advance(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 10; i++) Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(network.InquireAtHome())).Kind);
    }

    [TestMethod]
    public async Task Flood_InTheNamesOfNeighbours_EndsAtALimitOfFailuresOfTheirOwn_AndTheyAreHeardOverAStream()
    {
        using Figure7 network = new(only: "kms0.a.xx", limits: new Limits { FailedChecks = new Rate(1, 3) });
        Node[] neighbours = [network.Kms00, network.Kms1, network.Kms2];
        Delivery To0(Node from) => new(
            Figure7.HostB, default, network.Kms00.Name, from.Name, network.Kms0.Name, Figure7.NewId(), network.Now,
            Figure7.Path("kms1.b.a.xx,kms0.a.xx,kms2.c.a.xx"), [network.Kms0.Name, network.Kms1.Name], DeliveryResult.Unsolved, null, Reason.NotFound);
        async Task<ResponseKind> Ask(Node from, bool isStream = false, Node? signer = null) =>
            (await network.Kms0.ReceiveAsync(from.Address, isStream, (signer ?? from).Sign(To0(from)))).Kind;
        for (int i = 0; i < 10; i++) Assert.AreEqual(ResponseKind.Records, await Ask(neighbours[i % 3]));
        foreach (Node neighbour in neighbours) Assert.AreEqual(ResponseKind.Abandoned, await Ask(neighbour, signer: network.Kms0));

        foreach (Node neighbour in neighbours)
        {
            Assert.AreEqual(ResponseKind.Busy, await Ask(neighbour, signer: network.Kms0));
            Assert.AreEqual(ResponseKind.Busy, await Ask(neighbour));
            Assert.AreEqual(ResponseKind.Records, await Ask(neighbour, isStream: true));
        }
        Assert.IsTrue(network.Kms0.LimitsReached.All(limit => limit == "FailedChecks"));

        // Hosts of this KMS are none the worse.
        DomainName host = DomainName.Parse("host.a.xx");
        network.Kms0.Publish(new KeyRecord(host, default, network.KeyA.PublicKey, null, null));
        for (int i = 0; i < 2; i++)
        {
            MessageText inquiry = network.Inquire(host, network.Kms0.Name, change: q => q with { From = host, To = network.Kms0.Name });
            Assert.AreEqual(ResponseKind.Records, (await network.Kms0.ReceiveAsync(network.AddressOfA, isStream: false, inquiry)).Kind);
        }
        network.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual(ResponseKind.Records, await Ask(network.Kms1));
    }

    [TestMethod]
    public async Task Flood_OfInventedHosts_CostsTheShareOfEveryoneElse_NotThatOfHostsAndNeighbours()
    {
        Limits limits = new() { ChecksForOthers = new Rate(1, 10) };
        using Figure7 network = new(limits: limits, only: "kms1.b.a.xx");
        await network.AskAsync(network.InquireAtHome());
        int reads = network.Kms1.ZoneReads;
        for (int i = 0; i < 50; i++)
        {
            DomainName invented = DomainName.Parse($"h{i}.b.a.xx");
            await network.AskAsync(network.InquireAtHome(q => q with { From = invented }));
        }

        Assert.AreEqual(9, network.Kms1.ZoneReads - reads, "one of ten went to the first inquiry");
        Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(network.InquireAtHome())).Kind);
        MessageText refusal = await RefusalAsync(network);
        Assert.IsTrue((await network.Kms1.ReceiveAsync(network.Kms0.Address, false, refusal)).Acknowledges(refusal));
    }

    [TestMethod]
    public async Task Flood_InTheNameOfANeighbour_DoesNotTouchTheNeighbour()
    {
        Limits limits = new() { ChecksForOthers = new Rate(1, 4), ChecksForNeighbour = new Rate(1, 4) };
        using Figure7 network = new(limits: limits, only: "kms1.b.a.xx");
        (_, SentRequest asked) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        Delivery Refusal() => network.Refuse(asked.Request, Reason.NotFound) with { Id = Figure7.NewId() };

        // From elsewhere it uses up everyone else's share; with a forged source the neighbour's own over UDP.
        for (int i = 0; i < 10; i++) await network.Kms1.ReceiveAsync(Figure7.Endpoint(66), false, network.Kms2.Sign(Refusal()));
        MessageText genuine = network.Kms0.Sign(network.Refuse(asked.Request, Reason.NotFound));
        for (int i = 0; i < 10; i++) await network.Kms1.ReceiveAsync(network.Kms0.Address, false, network.Kms2.Sign(Refusal()));
        Assert.AreEqual(ResponseKind.Busy, (await network.Kms1.ReceiveAsync(network.Kms0.Address, false, genuine)).Kind);
        Assert.IsTrue((await network.Kms1.ReceiveAsync(network.Kms0.Address, isStream: true, genuine)).Acknowledges(genuine));
        CollectionAssert.IsSubsetOf((string[])["ChecksForOthers", "ChecksForNeighbour"], network.Kms1.LimitsReached.ToArray());
    }

    [TestMethod]
    public async Task WorkQueue_ThatIsFull_IsBusyAndTold()
    {
        using Figure7 network = new(only: "kms1.b.a.xx", limits: new Limits { TruncationsForAddress = new Rate(1, 1) });
        network.Kms1.IsQueueFull = true;

        ValueTask<Admission?> admitted = network.Kms1.AdmitAsync(network.AddressOfA, false, network.InquireAtHome());

        Assert.IsTrue(admitted.IsCompletedSuccessfully);
        Assert.AreEqual(ResponseKind.Busy, (await (await admitted)!.Response).Kind);
        Assert.AreEqual(ResponseKind.Abandoned, (await network.AskAsync(network.InquireAtHome())).Kind, "a source may be forged");
        Assert.AreEqual(ResponseKind.Busy, (await network.Kms1.ReceiveAsync(network.AddressOfA, isStream: true, network.InquireAtHome())).Kind);
        CollectionAssert.AreEqual((string[])["WorkQueue", "WorkQueue", "WorkQueue"], network.Kms1.LimitsReached.ToArray());
    }

    private static async Task<MessageText> RefusalAsync(Figure7 network)
    {
        (_, SentRequest asked) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        return network.Kms0.Sign(network.Refuse(asked.Request, Reason.NotFound));
    }
}
