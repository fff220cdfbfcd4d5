using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>The seed's Fig. 4 and Fig. 5, step by step, through the servers of Fig. 7.</summary>
[TestClass]
public sealed class InquiryTests
{
    private static readonly Use Ssh = Use.Parse("ssh");

    [TestMethod]
    public async Task OwnName_AttestedByTheAskedKms_NeedsNobody() // steps 49, 55
    {
        using Figure7 network = new();

        Response response = await network.AskAsync(network.InquireAtHome());

        Assert.AreEqual(network.KeyA.PublicKey, response.Attested().Attestation.Key);
        Assert.IsTrue(response.Attested().Answer.Path.IsNone);
        Assert.IsTrue(response.Messages[1].IsSignedBy(network.Kms1.Verification));
        Assert.IsEmpty(network.Network.Sent);
    }

    [TestMethod]
    public async Task OwnName_AttestedByTheTop_ClimbsWithASignatureRequestAlone() // step 49
    {
        using Figure7 network = new();

        Response response = await network.AskAsync(network.Inquire(Figure7.HostA));

        Assert.AreEqual("/kms1.b.a.xx,kms0.a.xx", response.Attested().Answer.Path.ToString());
        Assert.IsTrue(response.Messages[1].IsSignedBy(network.Kms00.Verification));
        CollectionAssert.AreEqual(
            (string[])["SignatureRequest kms1.b.a.xx > kms0.a.xx", "SignatureRequest kms0.a.xx > kms00.xx", "Delivery kms00.xx > kms1.b.a.xx"],
            network.Network.Sent.Select(s => s.ToString()).ToArray());
    }

    [TestMethod]
    public async Task Anchor_InTheMiddleOfTheWay_AttestsThere()
    {
        using Figure7 network = new();

        Response response = await network.AskAsync(network.Inquire(Figure7.HostB, network.Kms0.Name));

        Assert.IsTrue(response.Messages[1].IsSignedBy(network.Kms0.Verification));
        Assert.AreEqual("kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx", response.Attested().Answer.Path.ToString());
        Assert.IsEmpty(network.Kms00.Journal);
    }

    [TestMethod]
    public async Task Anchor_ThatIsTheAskedKms_EndsItsOwnInquiry()
    {
        using Figure7 network = new();
        DomainName host = DomainName.Parse("host.xx");
        network.Kms00.Publish(new KeyRecord(host, default, network.KeyA.PublicKey, null, null));
        MessageText inquiry = network.Inquire(Figure7.HostB, change: i => i with { From = host, To = network.Kms00.Name });

        Response response = await network.Kms00.ReceiveAsync(network.AddressOfA, false, inquiry);

        Assert.AreEqual("kms00.xx,kms0.a.xx/kms2.c.a.xx,kms0.a.xx", response.Attested().Answer.Path.ToString());
        Assert.IsTrue(response.Messages[1].IsSignedBy(network.Kms00.Verification));
        Assert.IsFalse(network.Network.Sent.Any(s => s.Request is Delivery), "nothing needs to travel");
    }

    [TestMethod]
    public async Task SignatureRequest_ThatClaimsAnInquiryOfTheReceiverItself_IsRefused()
    {
        using Figure7 network = new(only: "kms00.xx");
        SignatureRequest request = new(
            Figure7.HostB, default, network.Kms00.Name, Figure7.Endpoint(9), network.KeyB.PublicKey, network.Now, null,
            network.Kms0.Name, network.Kms00.Name, Figure7.NewId(), network.Now, Figure7.Path("kms00.xx/kms0.a.xx"));

        await network.Kms00.ReceiveAsync(network.Kms0.Address, false, network.Kms0.Sign(request));

        Delivery refusal = (Delivery)network.Network.Sent.Single().Request;
        Assert.AreEqual(Reason.Refused, refusal.Reason);
        Assert.AreEqual(network.Kms0.Name, refusal.To);
    }

    [TestMethod]
    public async Task Cached_IsGivenToANeighbourThatAsks_WithoutGoingOn() // step 48 for a KMS
    {
        using Figure7 network = new();
        DomainName host = DomainName.Parse("host.a.xx");
        network.Kms0.Publish(new KeyRecord(host, default, network.KeyA.PublicKey, null, null));
        KeyServerConfiguration known = network.ConfigurationOf(network.Kms0);
        MessageText own = network.Inquire(Figure7.HostB, change: i => i with { From = host, To = network.Kms0.Name });
        Response first = await network.Kms0.ReceiveAsync(network.AddressOfA, false, own);
        network.Network.Forget();

        Response response = await network.AskAsync(network.Inquire(Figure7.HostB));

        Assert.AreEqual(first.Messages[1].Digest, response.Messages[1].Digest);
        CollectionAssert.AreEqual((string[])["Inquiry kms1.b.a.xx > kms0.a.xx", "Delivery kms0.a.xx > kms1.b.a.xx"], network.Network.Sent.Select(s => s.ToString()).ToArray());
        Assert.IsNotNull(known.Upper);
    }

    [TestMethod]
    [DataRow(2699, true)]
    [DataRow(2700, true)] // and renewed
    [DataRow(3299, true)]
    [DataRow(3300, false)] // 300 s left: by the clocks of some hosts it has ended
    [DataRow(3600, false)]
    public async Task Cached_IsGivenUntilItMayHaveEndedByTheHostsClock(int secondsLater, bool expected) // steps 43, 47
    {
        using Figure7 network = new();
        Response first = await network.AskAsync(network.Inquire(Figure7.HostB));
        network.Network.Forget();
        network.Time.Advance(TimeSpan.FromSeconds(secondsLater));

        Response response = await network.AskAsync(network.Inquire(Figure7.HostB));

        Assert.AreEqual(secondsLater < 2700, network.Network.Sent.Count == 0);
        Assert.AreEqual(expected, first.Messages[1].Digest == response.Messages[1].Digest);
        Assert.AreEqual(expected, response.Attested().Answer.Path.IsNone);
    }

    [TestMethod]
    public async Task Cached_ForeignKey_IsNeverPutUpForSignature() // step 49 (+)
    {
        using Figure7 network = new();
        await network.AskAsync(network.Inquire(Figure7.HostB));
        network.Network.Forget();

        await network.AskAsync(network.Inquire(Figure7.HostB, network.Kms0.Name));

        Assert.AreEqual("Inquiry kms1.b.a.xx > kms0.a.xx", network.Network.Sent[0].ToString());
    }

    [TestMethod]
    public async Task Cached_AttestationOfAnOwnName_CountsOnlyWhileItsKeyIsTheZones()
    {
        using Figure7 network = new();
        using SigningKey changed = KeyImporter.Generate();
        DomainName host = DomainName.Parse("host-c.b.a.xx");
        network.Kms1.Publish(new KeyRecord(host, default, network.KeyB.PublicKey, null, null));
        await network.AskAsync(network.Inquire(host));
        network.Kms1.Replace(host, changed.PublicKey);
        network.Time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.AreEqual(network.KeyB.PublicKey, (await network.AskAsync(network.Inquire(host))).Attested().Attestation.Key, "keyRefresh has not passed");
        network.Time.Advance(TimeSpan.FromSeconds(0.2));

        Response response = await network.AskAsync(network.Inquire(host));
        Assert.AreEqual(changed.PublicKey, response.Attested().Attestation.Key);
        Assert.IsTrue(response.Messages[1].IsSignedBy(network.Kms00.Verification));

        network.Kms1.Zone[host] = [];
        network.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.AreEqual(Reason.NotFound, (await network.AskAsync(network.Inquire(host))).Unsolved().Reason);
    }

    [TestMethod]
    public async Task Cached_EntryOfAnAnchorNoLongerTrusted_DoesNotCount()
    {
        using Figure7 network = new();
        await network.AskAsync(network.Inquire(Figure7.HostB));
        network.Kms1.Server.Configure(network.ConfigurationOf(network.Kms1, trusting: false));
        network.Network.Forget();

        await network.AskAsync(network.Inquire(Figure7.HostB));

        Assert.IsNotEmpty(network.Network.Sent);
        Assert.AreEqual(0, network.Kms1.Server.Occupancy.KeyTable);
    }

    [TestMethod]
    public async Task Refusals_ComeWithTheirReason_FromNearAndFar() // steps 44, 45
    {
        using Figure7 network = new();
        foreach ((Node node, string domain, string path) in ((Node, string, string)[])[(network.Kms1, "b.a.xx", ""), (network.Kms2, "c.a.xx", "kms1.b.a.xx,kms0.a.xx")])
        {
            DomainName ended = DomainName.Parse("ended." + domain), dark = DomainName.Parse("dark." + domain), coming = DomainName.Parse("coming." + domain);
            node.Publish(new KeyRecord(ended, default, network.KeyB.PublicKey, null, network.Now));
            node.Publish(new KeyRecord(coming, default, network.KeyB.PublicKey, network.Now + TimeSpan.FromHours(1), null));
            node.Zone[dark] = null;
            foreach ((DomainName name, Reason reason) in ((DomainName, Reason)[])[(ended, Reason.Expired), (dark, Reason.Timeout), (coming, Reason.NotFound), (DomainName.Parse("nobody." + domain), Reason.NotFound)])
            {
                Unsolved unsolved = (await network.AskAsync(network.Inquire(name))).Unsolved();
                Assert.AreEqual(reason, unsolved.Reason, name.Value);
                Assert.AreEqual(path, unsolved.Path.ToString());
            }
        }
        Assert.AreEqual(Reason.NotFound, (await network.AskAsync(network.Inquire(Figure7.HostB, use: Ssh))).Unsolved().Reason, "no key for that use");
    }

    [TestMethod]
    public async Task NoRoute_ToAName_OrToAnAnchor_IsToldOverEveryHop()
    {
        using Figure7 network = new();
        Unsolved outside = (await network.AskAsync(network.Inquire(DomainName.Parse("host.yy"), DomainName.Parse("kms.yy")))).Unsolved();
        Unsolved anchor = (await network.AskAsync(network.Inquire(Figure7.HostB, DomainName.Parse("kms.yy")))).Unsolved();
        Unsolved notAbove = (await network.AskAsync(network.Inquire(Figure7.HostB, network.Kms1.Name))).Unsolved();

        Assert.AreEqual((Reason.NoRoute, "kms1.b.a.xx,kms0.a.xx"), (outside.Reason, outside.Path.ToString()));
        Assert.AreEqual((Reason.NoRoute, "kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx,kms0.a.xx"), (anchor.Reason, anchor.Path.ToString()), "back over the leg of the signature request, too");
        Assert.AreEqual((Reason.NoRoute, ""), (notAbove.Reason, notAbove.Path.ToString()));
        SentRequest[] back = [.. network.Network.Sent.Where(s => s.Request is Delivery { Path: var p } && !p.SignatureLeg.IsEmpty)];
        CollectionAssert.AreEqual(
            (string[])["Delivery kms00.xx > kms0.a.xx", "Delivery kms0.a.xx > kms2.c.a.xx", "Delivery kms2.c.a.xx > kms0.a.xx", "Delivery kms0.a.xx > kms1.b.a.xx"],
            back.Select(s => s.ToString()).ToArray());
    }

    [TestMethod]
    [DataRow(15, 0, Reason.NotFound)] // it travels on as the 16th
    [DataRow(16, 0, Reason.NoRoute)]
    [DataRow(9, 165, Reason.NotFound)] // 1,397 characters
    [DataRow(9, 166, Reason.NoRoute)] // 1,405: its refusal might not fit
    public async Task Path_ThatIsFull_EndsInNoRoute(int names, int padding, Reason expected)
    {
        using Figure7 network = new(only: "kms0.a.xx");
        string label = padding == 0 ? "" : new string('x', 60) + "." + new string('y', 60) + "." + new string('z', padding - 122) + ".";
        string path = string.Join(',', Enumerable.Range(0, names - 1).Select(i => $"{label}k{i}.yy").Append("kms1.b.a.xx"));
        Inquiry inquiry = new(
            Figure7.HostB, default, network.Kms00.Name, Figure7.Endpoint(3), network.Kms1.Name, network.Kms0.Name, Figure7.NewId(), network.Now, Figure7.Path(path));

        MessageText text = network.Kms1.Sign(inquiry);
        Assert.IsTrue((await network.Kms0.ReceiveAsync(network.Kms1.Address, false, text)).Acknowledges(text));

        SentRequest sent = network.Network.Sent.Single();
        if (expected == Reason.NoRoute) Assert.AreEqual(Reason.NoRoute, ((Delivery)sent.Request).Reason);
        else Assert.AreEqual(names + 1, ((Inquiry)sent.Request).Path.Count);
    }

    [TestMethod]
    public async Task SignatureRequest_OnItsWay_CarriesEverythingUnchanged() // step 54
    {
        using Figure7 network = new(only: "kms0.a.xx");
        SignatureRequest request = new(
            Figure7.HostB, Ssh, network.Kms00.Name, network.Kms1.Address, network.KeyB.PublicKey, network.Now - TimeSpan.FromSeconds(7), network.Now + TimeSpan.FromDays(9),
            network.Kms2.Name, network.Kms0.Name, Figure7.NewId(), network.Now - TimeSpan.FromSeconds(0), Figure7.Path("kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx"));
        network.Time.Advance(TimeSpan.FromSeconds(3));

        await network.Kms0.ReceiveAsync(network.Kms2.Address, false, network.Kms2.Sign(request));

        SignatureRequest onward = (SignatureRequest)network.Network.Sent.Single().Request;
        Assert.AreEqual(request with { From = network.Kms0.Name, To = network.Kms00.Name, At = network.Now, Path = Figure7.Path("kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx,kms0.a.xx") }, onward);
    }

    [TestMethod]
    [DataRow("192.0.2.3:53", true)]
    [DataRow("192.0.2.77:53", false)] // the origin is the neighbour itself: it has another address
    [DataRow("192.0.2.2:53", false)] // the receiver's own
    public async Task Reply_OfTheOriginThatIsANeighbour_IsCheckedAtTheFirstKms(string reply, bool expected)
    {
        using Figure7 network = new(only: "kms0.a.xx");
        Inquiry inquiry = new(
            Figure7.HostB, default, network.Kms00.Name, System.Net.IPEndPoint.Parse(reply), network.Kms1.Name, network.Kms0.Name, Figure7.NewId(), network.Now, Figure7.Path("kms1.b.a.xx"));

        await network.Kms0.ReceiveAsync(network.Kms1.Address, false, network.Kms1.Sign(inquiry));

        Request sent = network.Network.Sent.Single().Request;
        if (expected) Assert.AreEqual(inquiry.Reply, ((Inquiry)sent).Reply);
        else Assert.AreEqual(Reason.Refused, ((Delivery)sent).Reason);
    }

    [TestMethod]
    public async Task OtherUses_AreAttestedAsTheyAre()
    {
        using Figure7 network = new();
        byte[] opaque = [0x30, 0x0D, 0x30, 0x06, 0x06, 0x04, 0x2A, 0x03, 0x04, 0x05, 0x03, 0x03, 0x00, 0x01, 0x02];
        Assert.IsTrue(PublicKey.TryRead(opaque, out PublicKey? key));
        network.Kms2.Publish(new KeyRecord(Figure7.HostB, Ssh, key, null, null));

        (_, Attestation attestation) = (await network.AskAsync(network.Inquire(Figure7.HostB, use: Ssh))).Attested();

        Assert.AreEqual(key, attestation.Key);
        Assert.AreEqual(Ssh, attestation.Use);
    }
}
