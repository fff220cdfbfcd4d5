using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>Step 464 at KMS1, whose inquiry for host B went to a puppet.</summary>
[TestClass]
public sealed class DeliveryTests
{
    private static readonly Dictionary<string, (AbandonReason Expected, Func<Figure7, Delivery, Delivery>? Delivery, Func<Figure7, Attestation, Attestation>? Attestation)> Faults = new()
    {
        ["id"] = (AbandonReason.Unfit, (_, d) => d with { Id = Figure7.NewId() }, null),
        ["name"] = (AbandonReason.Unfit, (_, d) => d with { Name = DomainName.Parse("host-c.c.a.xx") }, (_, a) => a with { Name = DomainName.Parse("host-c.c.a.xx") }),
        ["use"] = (AbandonReason.Unfit, (_, d) => d with { Use = Use.Parse("ssh") }, null),
        ["kms"] = (AbandonReason.Unfit, (n, d) => d with { Kms = n.Kms0.Name }, null),
        ["of"] = (AbandonReason.Unfit, (_, d) => d with { Of = Digest.Of("other"u8) }, null),
        ["attestation's name"] = (AbandonReason.Malformed, null, (_, a) => a with { Name = DomainName.Parse("host-c.c.a.xx") }),
        ["attestation's use"] = (AbandonReason.Unfit, null, (_, a) => a with { Use = Use.Parse("ssh") }),
        ["attestation's kms"] = (AbandonReason.Unfit, null, (n, a) => a with { Kms = n.Kms0.Name }),
        ["expired"] = (AbandonReason.Attestation, null, (n, a) => a with { At = n.Now - TimeSpan.FromHours(1), Expires = n.Now }),
        ["future"] = (AbandonReason.Attestation, null, (n, a) => a with { At = n.Now + TimeSpan.FromSeconds(301), Expires = n.Now + TimeSpan.FromHours(1) }),
        ["longer than a day"] = (AbandonReason.Attestation, null, (n, a) => a with { Expires = n.Now + TimeSpan.FromSeconds(86_401) }),
    };

    public static IEnumerable<object[]> FaultNames => Faults.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(FaultNames))]
    public async Task Delivery_ThatDoesNotFit_LeavesTheWaitGoingOn(string fault)
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        (Task<Response> response, SentRequest asked) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        Attestation good = network.Attestation();
        (AbandonReason expected, Func<Figure7, Delivery, Delivery>? changeDelivery, Func<Figure7, Attestation, Attestation>? changeAttestation) = Faults[fault];

        MessageText bad = network.Kms00.Sign(changeAttestation?.Invoke(network, good) ?? good);
        Delivery delivery = network.Deliver(asked.Request, bad);
        await ReceiveAsync(network, network.Kms00.Sign(changeDelivery?.Invoke(network, delivery) ?? delivery), bad, ResponseKind.Abandoned);

        Assert.AreEqual(expected, network.Kms1.Abandoned);
        Assert.IsFalse(response.IsCompleted);
        Assert.AreEqual(1, network.Kms1.Server.Occupancy.Remembered, "only the inquiry itself");
        await CompletesAsync(network, asked, response);
    }

    [TestMethod]
    public async Task Delivery_WithAnAttestationSignedBySomebodyElse_LeavesTheWaitGoingOn()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        (Task<Response> response, SentRequest asked) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        MessageText forged = network.Kms0.Sign(network.Attestation());

        await ReceiveAsync(network, network.Kms00.Sign(network.Deliver(asked.Request, forged)), forged, ResponseKind.Abandoned);

        Assert.AreEqual(AbandonReason.Attestation, network.Kms1.Abandoned);
        Assert.IsFalse(response.IsCompleted);
        await CompletesAsync(network, asked, response);
    }

    [TestMethod]
    public async Task Delivery_SignedByAStrangerInTheNameOfAKnownKms_LeavesTheWaitGoingOn()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        (Task<Response> response, SentRequest asked) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        MessageText attestation = network.Kms00.Sign(network.Attestation());

        await ReceiveAsync(network, network.Kms2.Sign(network.Deliver(asked.Request, attestation)), attestation, ResponseKind.Abandoned);

        Assert.AreEqual(AbandonReason.Seal, network.Kms1.Abandoned);
        Assert.IsFalse(response.IsCompleted);
        await CompletesAsync(network, asked, response);
    }

    [TestMethod]
    public async Task Delivery_OfAnotherKeyThanThisKmsPutUp_LeavesTheWaitGoingOn()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        using SigningKey replaced = KeyImporter.Generate();
        (Task<Response> response, SentRequest asked) = await network.AskOnAsync(network.Inquire(Figure7.HostA));
        Assert.AreEqual(MessageType.SignatureRequest, asked.Request.Type);
        Attestation good = network.Attestation(network.KeyA.PublicKey) with { Name = Figure7.HostA };
        MessageText old = network.Kms00.Sign(good with { Key = replaced.PublicKey }), current = network.Kms00.Sign(good);

        await ReceiveAsync(network, network.Kms00.Sign(network.Deliver(asked.Request, old)), old, ResponseKind.Abandoned);

        Assert.AreEqual(AbandonReason.Unfit, network.Kms1.Abandoned);
        Assert.IsFalse(response.IsCompleted);
        // The rejected one has left no trace: the right one comes under the same id.
        await ReceiveAsync(network, network.Kms00.Sign(network.Deliver(asked.Request, current)), current, ResponseKind.Records);
        Assert.AreEqual(network.KeyA.PublicKey, (await response).Attested().Attestation.Key);
    }

    [TestMethod]
    [DataRow(-1, true, false)] // older, another key
    [DataRow(0, true, false)] // as old, another key
    [DataRow(1, true, true)] // newer, another key
    [DataRow(-1, false, true)] // older, the same key
    public async Task Delivery_WhileAnotherAttestationIsKept_NeverBringsBackAReplacedKey(int secondsLater, bool otherKey, bool expected)
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        using SigningKey other = KeyImporter.Generate();
        network.Time.Advance(TimeSpan.FromSeconds(100));
        (Task<Response> response, SentRequest asked) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        Attestation kept = network.Attestation() with { Expires = network.Now + TimeSpan.FromSeconds(60) };
        MessageText keptText = network.Kms00.Sign(kept);
        await ReceiveAsync(network, network.Kms00.Sign(network.Deliver(asked.Request, keptText)), keptText, ResponseKind.Records);
        await response;
        network.Time.Advance(TimeSpan.FromSeconds(55)); // it still counts, yet is inquired anew
        (response, asked) = await network.AskOnAsync(network.Inquire(Figure7.HostB));

        MessageText next = network.Kms00.Sign(kept with { Key = otherKey ? other.PublicKey : kept.Key, At = kept.At + TimeSpan.FromSeconds(secondsLater), Expires = network.Now + TimeSpan.FromHours(1) });
        await ReceiveAsync(network, network.Kms00.Sign(network.Deliver(asked.Request, next)), next, expected ? ResponseKind.Records : ResponseKind.Abandoned);

        if (!expected) Assert.AreEqual(AbandonReason.Attestation, network.Kms1.Abandoned);
        Assert.AreEqual(!expected, network.Kms1.Server.Occupancy.Pending == 1);
    }

    [TestMethod]
    public async Task Delivery_FromAnAnchorUnknownHere_IsHandedOnAndNotKept()
    {
        using Figure7 network = new(only: "kms1.b.a.xx", change: (node, c) => node.Configure(c.Upper));
        (Task<Response> response, SentRequest asked) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        await CompletesAsync(network, asked, response);

        Assert.AreEqual(0, network.Kms1.Server.Occupancy.KeyTable);
        network.Network.Forget();
        (response, asked) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        Assert.AreEqual(network.Kms0.Name, asked.Request.To, "it is inquired anew");
        await CompletesAsync(network, asked, response);
    }

    [TestMethod]
    public async Task Delivery_AfterTheKeyOfItsAnchorWasReplaced_IsNotHinderedByWhatTheOldOneSigned()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        using SigningKey successor = KeyImporter.Generate();
        (Task<Response> response, SentRequest asked) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        MessageText old = network.Kms00.Sign(network.Attestation(network.KeyA.PublicKey) with { At = network.Now + TimeSpan.FromSeconds(200) });
        await ReceiveAsync(network, network.Kms00.Sign(network.Deliver(asked.Request, old)), old, ResponseKind.Records);
        await response;
        TrustedKms rekeyed = new(network.Kms00.Name, network.Kms00.Domain, [Node.Import(successor.PublicKey)]);

        network.Kms1.Server.Configure(network.Kms1.Configure(network.Kms0.AsUpper(), trusted: [rekeyed]));

        Assert.AreEqual(0, network.Kms1.Server.Occupancy.KeyTable);
        (response, asked) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        Assert.IsTrue(MessageText.TrySign(network.Attestation(), successor, out MessageText? attestation));
        Assert.IsTrue(MessageText.TrySign(network.Deliver(asked.Request, attestation), successor, out MessageText? delivery));
        await ReceiveAsync(network, delivery, attestation, ResponseKind.Records);
        Assert.AreEqual(network.KeyB.PublicKey, (await response).Attested().Attestation.Key);
    }

    [TestMethod]
    public async Task Refusal_CountsOnlyFromTheNeighbourThatWasAsked()
    {
        using Figure7 network = new(only: "kms1.b.a.xx", change: (node, c) => node.Configure(c.Upper, [Lower()]));
        (Task<Response> response, SentRequest asked) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        Delivery refusal = network.Refuse(asked.Request, Reason.NotFound);

        await ReceiveAsync(network, network.Kms00.Sign(refusal with { From = network.Kms00.Name }), null, ResponseKind.Abandoned);
        Assert.AreEqual(AbandonReason.Sender, network.Kms1.Abandoned, "no neighbour");
        await ReceiveAsync(network, Below.Sign(refusal with { From = Below.Name }), null, ResponseKind.Abandoned);
        Assert.AreEqual(AbandonReason.Unfit, network.Kms1.Abandoned, "a neighbour that was not asked");
        await ReceiveAsync(network, network.Kms0.Sign(refusal with { Use = Use.Parse("ssh") }), null, ResponseKind.Abandoned);
        Assert.AreEqual(AbandonReason.Unfit, network.Kms1.Abandoned, "another question");
        Assert.IsFalse(response.IsCompleted);
        await ReceiveAsync(network, network.Kms0.Sign(refusal), null, ResponseKind.Records);

        Unsolved unsolved = (await response).Unsolved();
        Assert.AreEqual(Reason.NotFound, unsolved.Reason);
        Assert.AreEqual("kms1.b.a.xx,kms0.a.xx", unsolved.Path.ToString());
    }

    [TestMethod]
    public async Task Attestation_AfterARefusalThatEndedTheWait_IsAbandoned()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        (Task<Response> response, SentRequest asked) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        await ReceiveAsync(network, network.Kms0.Sign(network.Refuse(asked.Request, Reason.Timeout)), null, ResponseKind.Records);
        await response;
        MessageText attestation = network.Kms00.Sign(network.Attestation());

        await ReceiveAsync(network, network.Kms00.Sign(network.Deliver(asked.Request, attestation)), attestation, ResponseKind.Abandoned);
        Assert.AreEqual(AbandonReason.Unfit, network.Kms1.Abandoned);
    }

    [TestMethod]
    public async Task Refusal_OnItsWay_IsPassedToTheNextNeighbour_AndDroppedWhereThatIsNone()
    {
        using Figure7 network = new(only: "kms0.a.xx");
        Node kms0 = network.Kms0;
        Delivery refusal = new(
            Figure7.HostB, default, network.Kms00.Name, network.Kms2.Name, kms0.Name, Figure7.NewId(), network.Now, Figure7.Path("kms1.b.a.xx,kms0.a.xx"),
            [kms0.Name, network.Kms1.Name], DeliveryResult.Unsolved, null, Reason.NotFound);
        MessageText text = network.Kms2.Sign(refusal);

        Assert.IsTrue((await kms0.ReceiveAsync(network.Kms2.Address, false, text)).Acknowledges(text));

        Delivery passed = (Delivery)network.Network.Sent.Single().Request;
        Assert.AreEqual(refusal with { From = kms0.Name, To = network.Kms1.Name, Back = passed.Back }, passed);
        CollectionAssert.AreEqual((DomainName[])[network.Kms1.Name], passed.Back.ToArray());
        network.Network.Forget();
        text = network.Kms2.Sign(refusal with { Path = Figure7.Path("kms.yy,kms0.a.xx"), Back = [kms0.Name, DomainName.Parse("kms.yy")], Id = Figure7.NewId() });
        Assert.IsTrue((await kms0.ReceiveAsync(network.Kms2.Address, false, text)).Acknowledges(text));
        Assert.IsEmpty(network.Network.Sent);
    }

    private Node Below => _below ??= new Node(new Network(new VirtualTime()), DomainName.Parse("kms3.d.b.a.xx"), DomainName.Parse("d.b.a.xx"), [Figure7.Endpoint(7)]);

    private Node? _below;

    [TestCleanup]
    public void Cleanup() => _below?.Dispose();

    private Neighbour Lower() => Below.AsLower();

    private static async Task CompletesAsync(Figure7 network, SentRequest asked, Task<Response> response)
    {
        MessageText attestation = network.Kms00.Sign(network.Attestation());
        await ReceiveAsync(network, network.Kms00.Sign(network.Deliver(asked.Request, attestation)), attestation, ResponseKind.Records);
        Assert.AreEqual(network.KeyB.PublicKey, (await response).Attested().Attestation.Key);
    }

    private static async Task ReceiveAsync(Figure7 network, MessageText delivery, MessageText? attestation, ResponseKind expected)
    {
        Response response = await network.Kms1.ReceiveAsync(Figure7.Endpoint(1), isStream: false, attestation is null ? [delivery] : [delivery, attestation]);
        Assert.AreEqual(expected, response.Kind, network.Kms1.Abandoned.ToString());
    }
}
