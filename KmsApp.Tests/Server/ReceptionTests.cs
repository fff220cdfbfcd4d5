using System.Text;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>Who gets in: steps 41, 51 and 53, at KMS1 and at KMS0 with puppets around.</summary>
[TestClass]
public sealed class ReceptionTests
{
    [TestMethod]
    public async Task Receive_OfAnyChangedByte_IsAbandoned()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        MessageText inquiry = network.InquireAtHome();
        byte[] text = inquiry.Text.ToArray();
        for (int i = 0; i < text.Length; i++)
        {
            byte before = text[i];
            text[i] ^= 1;
            RequestPacket packet = new(Figure7.HostA.Value, [new CarriedRecord(Figure7.HostA.Value, text.ToArray())], network.AddressOfA, false);
            Assert.IsNull(await network.Kms1.Server.ReceiveAsync(packet), $"byte {i}");
            text[i] = before;
        }
        Assert.AreEqual(0, network.Kms1.Server.Occupancy.Remembered);
        Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(inquiry)).Kind);
    }

    [TestMethod]
    public async Task Receive_OfASignatureWithHighS_IsAbandoned()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        MessageText inquiry = network.InquireAtHome();
        byte[] signature = inquiry.SealValue();
        System.Numerics.BigInteger n = System.Numerics.BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber, null);
        System.Numerics.BigInteger s = n - new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        signature.AsSpan(32).Clear();
        s.ToByteArray(isUnsigned: true, isBigEndian: true).CopyTo(signature, 64 - s.GetByteCount(isUnsigned: true));
        string text = inquiry.ToString();
        text = text[..(text.IndexOf("sig=", StringComparison.Ordinal) + 4)] + Convert.ToBase64String(signature);

        RequestPacket packet = new(Figure7.HostA.Value, [new CarriedRecord(Figure7.HostA.Value, Encoding.ASCII.GetBytes(text))], network.AddressOfA, false);
        Assert.IsNull(await network.Kms1.Server.ReceiveAsync(packet));
        Assert.AreEqual(AbandonReason.Seal, network.Kms1.Abandoned);
    }

    [TestMethod]
    public async Task Receive_OfAPacketInAWrongForm_IsMalformed()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        MessageText inquiry = network.InquireAtHome(), other = network.InquireAtHome();
        MessageText attestation = network.Kms00.Sign(network.Attestation());
        MessageText delivery = network.Kms00.Sign(network.Deliver((Request)inquiry.Message, attestation));
        string name = Figure7.HostA.Value;
        (string What, string Question, (string Owner, MessageText Text)[] Records)[] cases =
        [
            ("no record", name, []),
            ("another question", "other.b.a.xx", [(name, inquiry)]),
            ("another owner", name, [("other.b.a.xx", inquiry)]),
            ("two requests", name, [(name, inquiry), (name, other)]),
            ("an inquiry with an attestation", name, [(name, inquiry), (name, attestation)]),
            ("an attestation alone", Figure7.HostB.Value, [(Figure7.HostB.Value, attestation)]),
            ("a delivery without its attestation", name, [(name, delivery)]),
            ("an ack", name, [(name, MessageText.Of(new Acknowledgement(inquiry.Digest)))]),
            ("three records", name, [(name, inquiry), (name, other), (name, attestation)]),
        ];
        foreach ((string what, string question, (string Owner, MessageText Text)[] records) in cases)
        {
            RequestPacket packet = new(question, [.. records.Select(r => new CarriedRecord(r.Owner, r.Text.Text))], network.AddressOfA, false);
            ValueTask<Admission?> received = network.Kms1.Server.ReceiveAsync(packet);
            Assert.IsTrue(received.IsCompletedSuccessfully, what);
            Assert.IsNull(await received, what);
            Assert.AreEqual(AbandonReason.Malformed, network.Kms1.Abandoned, what);
        }

        // Letter case and a trailing dot are no fault.
        RequestPacket good = new("HOST-a.b.A.xx.", [new CarriedRecord("Host-A.b.a.xx", inquiry.Text)], network.AddressOfA, false);
        Assert.IsNotNull(await network.Kms1.Server.ReceiveAsync(good));
    }

    [TestMethod]
    public async Task Receive_OfARequestWithSeveralFaults_NamesTheCheapestFirst()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        using SigningKey stranger = KeyImporter.Generate();
        InquiryId used = Figure7.NewId();
        await network.AskAsync(network.InquireAtHome(change: i => i with { Id = used }));
        DateTimeOffset tooOld = network.Now - TimeSpan.FromSeconds(301);

        // Each has the fault it is named after and all those that are looked for later.
        (AbandonReason Expected, Func<Inquiry, Inquiry> Change)[] cases =
        [
            (AbandonReason.Receiver, i => i with { To = network.Kms0.Name, At = tooOld, From = Figure7.HostB, Id = used }),
            (AbandonReason.Clock, i => i with { At = tooOld, From = Figure7.HostB, Id = used }),
            (AbandonReason.Sender, i => i with { From = Figure7.HostB, Id = used }),
            (AbandonReason.Replay, i => i with { Id = used }),
            (AbandonReason.Seal, i => i),
        ];
        foreach ((AbandonReason expected, Func<Inquiry, Inquiry> change) in cases)
        {
            Assert.AreEqual(ResponseKind.Abandoned, (await network.AskAsync(network.InquireAtHome(change: change, key: stranger))).Kind);
            Assert.AreEqual(expected, network.Kms1.Abandoned);
        }
        Assert.AreEqual(1, network.Kms1.Server.Occupancy.Remembered);
    }

    [TestMethod]
    [DataRow(300, true)]
    [DataRow(301, false)]
    [DataRow(-300, true)]
    [DataRow(-301, false)]
    public async Task Receive_AtTheEdgesOfTheSkew_IsExact(int seconds, bool expected)
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        network.Time.Advance(TimeSpan.FromSeconds(1000.7));

        Response response = await network.AskAsync(network.InquireAtHome(change: i => i with { At = i.At + TimeSpan.FromSeconds(seconds) }));

        Assert.AreEqual(expected ? ResponseKind.Records : ResponseKind.Abandoned, response.Kind);
        if (!expected)
        {
            Assert.AreEqual(AbandonReason.Clock, network.Kms1.Abandoned);
            Assert.AreEqual(TimeSpan.FromSeconds(seconds), network.Kms1.Journal[^1].ClockOffset);
        }
    }

    [TestMethod]
    public async Task Receive_OfWhatWasWrittenBeforeTheMemoryBegan_IsAbandoned()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");

        Response before = await network.AskAsync(network.InquireAtHome(change: i => i with { At = i.At - TimeSpan.FromSeconds(1) }));
        Response same = await network.AskAsync(network.InquireAtHome());

        Assert.AreEqual(ResponseKind.Abandoned, before.Kind);
        Assert.AreEqual(ResponseKind.Records, same.Kind);
    }

    [TestMethod]
    public async Task Receive_FromWhoMayNotSpeak_IsAbandoned()
    {
        using Figure7 network = new(only: "kms0.a.xx");
        Node kms0 = network.Kms0;
        using SigningKey key = KeyImporter.Generate();
        DomainName kmsLikeHost = DomainName.Parse("kms9.a.xx"), lowerHost = Figure7.HostA, stranger = DomainName.Parse("host.yy"), good = DomainName.Parse("host.a.xx");
        foreach (DomainName name in (DomainName[])[kmsLikeHost, lowerHost, stranger, good, network.Kms1.Name, kms0.Name])
            kms0.Publish(new KeyRecord(name, default, key.PublicKey, null, null));
        TrustedKms trusted = new(kmsLikeHost, DomainName.Parse("a.xx"), [Node.Import(key.PublicKey)]);
        kms0.Server.Configure(kms0.Configure(network.Kms00.AsUpper(), [network.Kms1.AsLower(), network.Kms2.AsLower()], [trusted]));

        async Task<Response> Ask(DomainName from, string path)
        {
            Inquiry inquiry = new(good, default, kms0.Name, network.AddressOfA, from, kms0.Name, Figure7.NewId(), network.Now, path.Length == 0 ? KmsPath.None : Figure7.Path(path));
            Assert.IsTrue(MessageText.TrySign(inquiry, key, out MessageText? text));
            return await kms0.ReceiveAsync(network.AddressOfA, false, text);
        }
        foreach ((DomainName from, string path) in ((DomainName, string)[])[(kmsLikeHost, ""), (lowerHost, ""), (stranger, ""), (network.Kms1.Name, ""), (kms0.Name, ""), (kms0.Name, "kms0.a.xx"), (good, "host.a.xx")])
        {
            Assert.AreEqual(ResponseKind.Abandoned, (await Ask(from, path)).Kind, $"{from} {path}");
            Assert.AreEqual(AbandonReason.Sender, kms0.Abandoned, $"{from} {path}");
        }
        Assert.AreEqual(ResponseKind.Records, (await Ask(good, "")).Kind);
        Assert.AreEqual(ResponseKind.Abandoned, (await Ask(DomainName.Parse("nokey.a.xx"), "")).Kind);
        Assert.AreEqual(AbandonReason.Sender, kms0.Abandoned);
    }

    [TestMethod]
    public async Task Receive_FromANeighbourWhoseKeyIsWaitedFor_IsAbandonedUntilItCame()
    {
        using Figure7 network = new(only: "kms0.a.xx");
        Node kms0 = network.Kms0, kms1 = network.Kms1;
        Neighbour keyless = new(kms1.Name, kms1.Domain, [kms1.Address], [], default);
        kms0.Server.Configure(kms0.Configure(network.Kms00.AsUpper(), [keyless, network.Kms2.AsLower()]));
        MessageText inquiry = kms1.Sign(InquiryOfKms1(network));

        Response before = await kms0.ReceiveAsync(kms1.Address, false, inquiry);
        kms0.Server.Configure(network.ConfigurationOf(kms0));
        Response after = await kms0.ReceiveAsync(kms1.Address, false, inquiry);

        Assert.AreEqual(ResponseKind.Abandoned, before.Kind);
        Assert.IsTrue(after.Acknowledges(inquiry));
    }

    [TestMethod]
    public async Task Receive_OfASignatureRequest_IsOfALowerKmsInItsBailiwickAlone()
    {
        using Figure7 network = new(only: "kms0.a.xx");
        async Task<AbandonReason?> Ask(Node from, DomainName name, int keyAge = 0, string path = "/")
        {
            SignatureRequest request = new(
                name, default, network.Kms00.Name, from.Address, network.KeyB.PublicKey, network.Now - TimeSpan.FromSeconds(keyAge), null,
                from.Name, network.Kms0.Name, Figure7.NewId(), network.Now, Figure7.Path(path + from.Name));
            MessageText text = from.Sign(request);
            Response response = await network.Kms0.ReceiveAsync(from.Address, false, text);
            return response.Acknowledges(text) ? null : network.Kms0.Abandoned;
        }
        network.Time.Advance(TimeSpan.FromSeconds(1000.9));

        Assert.IsNull(await Ask(network.Kms2, Figure7.HostB));
        Assert.AreEqual(AbandonReason.Bailiwick, await Ask(network.Kms2, Figure7.HostA));
        Assert.AreEqual(AbandonReason.Bailiwick, await Ask(network.Kms2, DomainName.Parse("host.a.xx")));
        Assert.AreEqual(AbandonReason.Sender, await Ask(network.Kms00, Figure7.HostB));
        Assert.IsNull(await Ask(network.Kms2, Figure7.HostB, keyAge: 300));
        Assert.AreEqual(AbandonReason.Clock, await Ask(network.Kms2, Figure7.HostB, keyAge: 301));
        Assert.IsNull(await Ask(network.Kms2, Figure7.HostB, keyAge: -300));
        Assert.AreEqual(AbandonReason.Clock, await Ask(network.Kms2, Figure7.HostB, keyAge: -301));
        Assert.AreEqual(AbandonReason.Loop, await Ask(network.Kms2, Figure7.HostB, path: "kms1.b.a.xx/kms0.a.xx,"));
        Assert.IsNull(await Ask(network.Kms2, Figure7.HostB, path: "kms1.b.a.xx,kms0.a.xx/"));
    }

    [TestMethod]
    public async Task Receive_OfAnInquiryThatWentInACircle_IsDropped()
    {
        using Figure7 network = new(only: "kms0.a.xx");
        MessageText inquiry = network.Kms1.Sign(InquiryOfKms1(network) with { Path = Figure7.Path("kms0.a.xx,kms1.b.a.xx") });

        Assert.AreEqual(ResponseKind.Abandoned, (await network.Kms0.ReceiveAsync(network.Kms1.Address, false, inquiry)).Kind);
        Assert.AreEqual(AbandonReason.Loop, network.Kms0.Abandoned);
        Assert.IsEmpty(network.Network.Sent);
    }

    [TestMethod]
    public async Task Receive_WithAnyOfSeveralValidIdentityKeys_IsAdmitted_AndWithOthersNot()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        DateTimeOffset now = network.Now;
        using SigningKey second = KeyImporter.Generate(), ended = KeyImporter.Generate(), coming = KeyImporter.Generate(), ssh = KeyImporter.Generate();
        network.Kms1.Publish(new KeyRecord(Figure7.HostA, default, second.PublicKey, now, now + TimeSpan.FromHours(1)));
        network.Kms1.Publish(new KeyRecord(Figure7.HostA, default, ended.PublicKey, null, now));
        network.Kms1.Publish(new KeyRecord(Figure7.HostA, default, coming.PublicKey, now + TimeSpan.FromSeconds(2), null));
        network.Kms1.Publish(new KeyRecord(Figure7.HostA, Use.Parse("ssh"), ssh.PublicKey, null, null));
        async Task<ResponseKind> With(SigningKey key) => (await network.AskAsync(network.InquireAtHome(key: key))).Kind;

        Assert.AreEqual(ResponseKind.Records, await With(network.KeyA));
        Assert.AreEqual(ResponseKind.Records, await With(second));
        Assert.AreEqual(ResponseKind.Abandoned, await With(ended));
        Assert.AreEqual(ResponseKind.Abandoned, await With(coming));
        Assert.AreEqual(ResponseKind.Abandoned, await With(ssh));
        Assert.AreEqual(1, network.Kms1.ZoneReads);
        network.Time.Advance(TimeSpan.FromSeconds(2)); // nbf and exp count to the second
        Assert.AreEqual(ResponseKind.Records, await With(coming));
        Assert.AreEqual(2, network.Kms1.ZoneReads);
    }

    [TestMethod]
    public async Task Receive_WithMoreThanFourValidKeys_TakesTheFourThatAreAttestedFirst()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        SigningKey[] keys = [.. Enumerable.Range(0, 12).Select(_ => KeyImporter.Generate())];
        network.Kms1.Zone.Remove(Figure7.HostA);

        // The oldest stands first in the zone.
        for (int i = 0; i < keys.Length; i++)
            network.Kms1.Publish(new KeyRecord(Figure7.HostA, default, keys[i].PublicKey, network.Now - TimeSpan.FromHours(keys.Length - i), null));
        List<int> admitted = [];
        for (int i = 0; i < keys.Length; i++)
        {
            if ((await network.AskAsync(network.InquireAtHome(key: keys[i]))).Kind == ResponseKind.Records) admitted.Add(i);
        }

        CollectionAssert.AreEqual((int[])[8, 9, 10, 11], admitted);
    }

    [TestMethod]
    public async Task Receive_WhileManyKeysAreSoonToCount_TakesTheOneThatDoes_AndThoseWhenTheyDo()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        SigningKey[] coming = [.. Enumerable.Range(0, 12).Select(_ => KeyImporter.Generate())];
        for (int i = 0; i < coming.Length; i++)
            network.Kms1.Publish(new KeyRecord(Figure7.HostA, default, coming[i].PublicKey, network.Now + TimeSpan.FromSeconds(30 + i), null));
        Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(network.InquireAtHome())).Kind);

        // The zone cannot be read any more: what was read then serves on.
        network.Kms1.Zone[Figure7.HostA] = null;
        network.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(network.InquireAtHome(key: coming[0]))).Kind);
        Assert.AreEqual(ResponseKind.Abandoned, (await network.AskAsync(network.InquireAtHome(key: coming[1]))).Kind);
        network.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.AreEqual(ResponseKind.Abandoned, (await network.AskAsync(network.InquireAtHome(key: coming[7]))).Kind, "four count");
        Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(network.InquireAtHome(key: coming[8]))).Kind);
        foreach (SigningKey key in coming) key.Dispose();
    }

    [TestMethod]
    [DataRow(AuthenticationMode.Mac, AuthenticationMode.Mac, true)]
    [DataRow(AuthenticationMode.Mac, AuthenticationMode.Signature, false)]
    public async Task Receive_OfAMacOfANeighbour_CountsWhereThisSideIsSetToIt(AuthenticationMode theirs, AuthenticationMode ours, bool expected)
    {
        using Figure7 network = new(ours, only: "kms0.a.xx");
        Assert.AreEqual(AuthenticationMode.Mac, theirs);
        MessageText inquiry = Authenticate(InquiryOfKms1(network), network.Kms1.Key, network.Kms1.Name, network.Kms0);

        Response response = await network.Kms0.ReceiveAsync(network.Kms1.Address, false, inquiry);

        Assert.AreEqual(expected, response.Acknowledges(inquiry));
        MessageText signed = network.Kms1.Sign(InquiryOfKms1(network));
        Assert.IsTrue((await network.Kms0.ReceiveAsync(network.Kms1.Address, false, signed)).Acknowledges(signed), "a signature always counts");
    }

    [TestMethod]
    public async Task Receive_OfAMacOfANeighbourWithTwoKeys_IsAbandoned()
    {
        using Figure7 network = new(AuthenticationMode.Mac, only: "kms0.a.xx");
        Node kms0 = network.Kms0, kms1 = network.Kms1;
        using SigningKey second = KeyImporter.Generate();
        Neighbour two = new(kms1.Name, kms1.Domain, [kms1.Address], [Node.Import(kms1.Key.PublicKey), Node.Import(second.PublicKey)], AuthenticationMode.Mac);
        kms0.Server.Configure(kms0.Configure(network.Kms00.AsUpper(), [two]));
        MessageText mac = Authenticate(InquiryOfKms1(network), kms1.Key, kms1.Name, kms0);
        Assert.IsTrue(MessageText.TrySign(InquiryOfKms1(network), second, out MessageText? signed));

        Assert.AreEqual(ResponseKind.Abandoned, (await kms0.ReceiveAsync(kms1.Address, false, mac)).Kind);
        Assert.IsTrue((await kms0.ReceiveAsync(kms1.Address, false, signed)).Acknowledges(signed), "either key signs");
    }

    [TestMethod]
    public async Task Receive_OfAMacOfAHost_CountsWhereTheServerIsSetToItAndTheHostHasOneKey()
    {
        using Figure7 network = new(AuthenticationMode.Mac, only: "kms1.b.a.xx");
        Inquiry Ask() => (Inquiry)network.InquireAtHome().Message;
        MessageText Mac() => Authenticate(Ask(), network.KeyA, Figure7.HostA, network.Kms1);
        Response mac = await network.AskAsync(Mac());
        Response signed = await network.AskAsync(network.InquireAtHome());

        Assert.AreEqual(SealKind.Mac, mac.Messages[0].Seal.Kind); // answered in the way it was asked
        Assert.IsTrue(network.KeyA.TryAgree(Figure7.HostA, network.Kms1.Name, network.Kms1.Key.PublicKey, sending: false, out PairwiseKey? receiving));
        Assert.IsTrue(mac.Messages[0].IsAuthenticatedBy(receiving));
        Assert.AreEqual(SealKind.Signature, signed.Messages[0].Seal.Kind);

        network.Kms1.Server.Configure(network.Kms1.Configure(network.Kms0.AsUpper()));
        Assert.AreEqual(ResponseKind.Abandoned, (await network.AskAsync(Mac())).Kind);

        network.Kms1.Server.Configure(network.ConfigurationOf(network.Kms1));
        using SigningKey second = KeyImporter.Generate();
        network.Kms1.Publish(new KeyRecord(Figure7.HostA, default, second.PublicKey, null, null));
        network.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.AreEqual(ResponseKind.Abandoned, (await network.AskAsync(Mac())).Kind);
        Assert.AreEqual(AbandonReason.Seal, network.Kms1.Abandoned);
    }

    private static Inquiry InquiryOfKms1(Figure7 network) => new(
        Figure7.HostB, default, network.Kms00.Name, network.Kms1.Address, network.Kms1.Name, network.Kms0.Name, Figure7.NewId(), network.Now, Figure7.Path("kms1.b.a.xx"));

    private static MessageText Authenticate(Request request, SigningKey key, DomainName name, Node receiver)
    {
        Assert.IsTrue(key.TryAgree(name, receiver.Name, receiver.Key.PublicKey, sending: true, out PairwiseKey? sending));
        Assert.IsTrue(MessageText.TryAuthenticate(request, sending, out MessageText? text));
        return text;
    }
}
