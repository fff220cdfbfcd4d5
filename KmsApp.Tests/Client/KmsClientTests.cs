using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>Steps 61 to 66 of Fig. 6 as a whole.</summary>
[TestClass]
public sealed class KmsClientTests
{
    private static readonly TimeSpan ThirtySeconds = TimeSpan.FromSeconds(30);

    private readonly ClientWorld _world = new();

    [TestMethod]
    public async Task GetKey_FirstTime_AskedAsTheProtocolSays()
    {
        KeyResult result = await _world.AskAsync(Use.Parse("ssh"));
        Assert.IsInstanceOfType<KeyFound>(result, result.Summary);
        Assert.HasCount(1, _world.Kms.Received);
        ReceivedInquiry received = _world.Kms.Received[0];
        Inquiry inquiry = received.Inquiry;
        Assert.AreEqual(ClientWorld.HostB.Name, inquiry.Name);
        Assert.AreEqual(Use.Parse("ssh"), inquiry.Use);
        Assert.AreEqual(ClientWorld.Kms00.Name, inquiry.Kms);
        Assert.AreEqual("192.0.2.77:53", inquiry.Reply.ToString());
        Assert.AreEqual(ClientWorld.HostA.Name, inquiry.From);
        Assert.AreEqual(ClientWorld.Kms1.Name, inquiry.To);
        Assert.AreEqual(_world.Now, inquiry.At);
        Assert.IsTrue(inquiry.Path.IsNone);
        Assert.IsTrue(IsSignedBy(received.Text, ClientWorld.HostA.PublicKey));
        Assert.IsFalse(IsSignedBy(received.Text, ClientWorld.Kms1.PublicKey));
        Assert.IsFalse(received.Packet.RecursionDesired);
        Assert.AreEqual(ClientWorld.FirstAddress, received.Server);
    }

    [TestMethod]
    public async Task GetKey_Found_ResultCarriesWhatIsKnownOfIt()
    {
        KmsPath path = ParsePath();
        _world.Kms.Answer(received => _world.Answer(received, answer => answer with { Path = path }));
        var found = await _world.AskAsync() as KeyFound;
        Assert.IsNotNull(found);
        Assert.AreEqual(KeySource.Network, found.Source);
        Assert.AreEqual(ClientWorld.HostB.PublicKey, found.Key);
        Assert.AreEqual(ClientWorld.Kms00.Name, found.Anchor);
        Assert.AreEqual(ClientWorld.Kms1.Name, found.Entry.AnsweredBy);
        Assert.AreEqual(path, found.Entry.Path);
        Assert.AreEqual(_world.Now.AddHours(1), found.Expires);
        Assert.IsTrue(IsSignedBy(found.Entry.Text, ClientWorld.Kms00.PublicKey));
        CollectionAssert.AreEqual(
            new[] { HostStep.ChooseAnchor, HostStep.LookUp, HostStep.Ask, HostStep.Check, HostStep.Keep, HostStep.HandOver },
            found.Trace.Select(step => step.Step).ToArray());
        Assert.AreEqual(_world.Kms.Received[0].Text.ToString(), found.Trace[2].Message?.ToString());
    }

    [TestMethod]
    public async Task GetKey_SecondTime_FromTheOwnTableUntilItExpires()
    {
        await _world.AskAsync();
        _world.Pass(TimeSpan.FromMinutes(44)); // later it would be refreshed
        var again = await _world.AskAsync() as KeyFound;
        Assert.AreEqual(KeySource.OwnTable, again?.Source);
        Assert.HasCount(1, _world.Kms.Received);
        CollectionAssert.AreEqual(
            new[] { HostStep.ChooseAnchor, HostStep.LookUp, HostStep.HandOver }, again!.Trace.Select(step => step.Step).ToArray());

        _world.Pass(TimeSpan.FromMinutes(16));
        var renewed = await _world.AskAsync() as KeyFound;
        Assert.AreEqual(KeySource.Network, renewed?.Source);
        Assert.HasCount(2, _world.Kms.Received);
        Assert.AreNotEqual(_world.Kms.Received[0].Inquiry.Id, _world.Kms.Received[1].Inquiry.Id);
    }

    [TestMethod]
    public async Task GetKey_SeveralAnchors_TheClosestAndThenTheFirstListed()
    {
        TrustAnchor twin = ClientWorld.NearAnchor with { Name = ClientWorld.Stranger.Name };
        TrustAnchor elsewhere = ClientWorld.NearAnchor with { Name = ClientWorld.Kms1.Name, Domain = DomainName.Parse("b.a.xx") };
        TrustAnchor lookalike = ClientWorld.NearAnchor with { Name = ClientWorld.HostA.Name, Domain = DomainName.Parse("b.c.a.xx") };
        _world.Client.Reconfigure(ClientWorld.Standard with { TrustAnchors = [ClientWorld.TopAnchor, elsewhere, lookalike, ClientWorld.NearAnchor, twin] });
        var found = await _world.AskAsync() as KeyFound;
        Assert.AreEqual(ClientWorld.Kms0.Name, found?.Anchor);
        Assert.AreEqual(ClientWorld.Kms0.Name, _world.Kms.Received[0].Inquiry.Kms);
    }

    [TestMethod]
    public async Task GetKey_NoAnchorHoldsTheName_NobodyAskedAndTheDomainNamed()
    {
        KeyResult result = await _world.FinishAsync(_world.Client.GetKeyAsync(DomainName.Parse("host.b.yy"), Use.Identity));
        Assert.AreEqual(DomainName.Parse("b.yy"), (result as KeyWithoutAnchor)?.Domain, result.Summary);
        Assert.Contains("b.yy", result.Summary);
        Assert.IsEmpty(_world.Kms.Received);
    }

    [TestMethod]
    public async Task GetKey_NoName_Misasked()
    {
        KeyResult result = await _world.FinishAsync(_world.Client.GetKeyAsync(default, Use.Identity));
        Assert.IsInstanceOfType<KeyMisasked>(result);
        Assert.IsEmpty(_world.Kms.Received);
    }

    [TestMethod]
    public async Task GetKey_NotFound_HasNoKeyAndNothingKept()
    {
        _world.Kms.Answer(received => _world.Unsolved(received, Reason.NotFound));
        KeyResult result = await _world.AskAsync();
        Assert.IsInstanceOfType<KeyAbsent>(result, result.Summary);
        Assert.AreEqual(TimeSpan.Zero, _world.Time.Elapsed);
        Assert.AreEqual(0, _world.Table.Count);
    }

    [TestMethod]
    [DataRow(Reason.Refused)]
    [DataRow(Reason.NoRoute)]
    [DataRow(Reason.Expired)]
    [DataRow(Reason.Timeout)]
    public async Task GetKey_UnsolvedForAnotherReason_FailedAndNotAbsent(Reason reason)
    {
        _world.Kms.Answer(received => _world.Unsolved(received, reason));
        var failed = await _world.AskAsync() as KeyFailed;
        Assert.AreEqual(FailureKind.Unsolved, failed?.Kind);
        Assert.AreEqual(reason, failed?.Unsolved?.Reason);
    }

    [TestMethod]
    public async Task GetKey_NotFoundAlthoughAMarkExists_RefusedAndTheEntryStays()
    {
        await _world.AskAsync();
        _world.Pass(TimeSpan.FromHours(25) - TimeSpan.FromSeconds(10)); // the mark is kept a day longer than the hour of the entry
        _world.Kms.Answer(received => _world.Unsolved(received, Reason.NotFound));
        KeyResult result = await _world.AskAsync();
        Assert.AreEqual(Check.UnsolvedWithoutMark, (result as KeyRefused)?.Check, result.Summary);
        Assert.AreEqual(1, _world.Table.Count);

        _world.Pass(TimeSpan.FromSeconds(10));
        Assert.IsInstanceOfType<KeyAbsent>(await _world.AskAsync());
    }

    [TestMethod]
    public async Task GetKey_NotFoundDespiteAMarkAndThenTheKey_Found()
    {
        await _world.AskAsync();
        _world.Pass(TimeSpan.FromHours(2));
        _world.Kms.Script = received => [(TimeSpan.Zero, _world.Unsolved(received, Reason.NotFound)), (TimeSpan.FromSeconds(1), _world.Answer(received))];
        Assert.IsInstanceOfType<KeyFound>(await _world.AskAsync());
    }

    [TestMethod]
    public async Task GetKey_ReplacedKeyBroughtBack_RefusedAndTheNewOneStillTaken()
    {
        DateTimeOffset before = _world.Now;
        _world.Pass(ThirtySeconds);
        _world.Kms.Answer(received => _world.Answer(received, attestation: row => row with { Key = ClientWorld.NewKeyOfB }));
        await _world.AskAsync();
        _world.Pass(TimeSpan.FromHours(1));

        // The older attestation lives for a day and is well signed.
        DnsMessage Old(ReceivedInquiry received) => _world.Answer(received, attestation: row => row with { At = before, Expires = before.AddDays(1) });
        _world.Kms.Answer(Old);
        KeyResult result = await _world.AskAsync();
        Assert.AreEqual(Check.Mark, (result as KeyRefused)?.Check, result.Summary);

        _world.Kms.Script = received =>
        [
            (TimeSpan.Zero, Old(received)),
            (TimeSpan.FromMilliseconds(20), _world.Answer(received, attestation: row => row with { Key = ClientWorld.NewKeyOfB })),
        ];
        var found = await _world.AskAsync() as KeyFound;
        Assert.AreEqual(ClientWorld.NewKeyOfB, found?.Key);
    }

    [TestMethod]
    public async Task GetKey_KeyChangedAndReadLater_Taken()
    {
        await _world.AskAsync();
        _world.Pass(TimeSpan.FromHours(1));
        _world.Kms.Answer(received => _world.Answer(received, attestation: row => row with { Key = ClientWorld.NewKeyOfB }));
        var found = await _world.AskAsync() as KeyFound;
        Assert.AreEqual(ClientWorld.NewKeyOfB, found?.Key);
    }

    [TestMethod]
    public async Task Reconfigure_AnchorsKeyRemoved_EntryNoLongerCounts()
    {
        await _world.AskAsync();
        TrustAnchor moved = ClientWorld.TopAnchor with { PublicKeys = [ClientWorld.Stranger.PublicKey] };
        _world.Client.Reconfigure(_world.Client.Configuration with { TrustAnchors = [moved] });
        _world.Kms.Answer(received => _world.Answer(received, by: ClientWorld.Stranger));
        var found = await _world.AskAsync() as KeyFound;
        Assert.AreEqual(KeySource.Network, found?.Source);
        Assert.AreEqual(ClientWorld.Stranger.PublicKey, found?.Entry.VerifiedBy);
        Assert.HasCount(2, _world.Kms.Received);
    }

    [TestMethod]
    public async Task Reconfigure_AnchorsKeyAdded_EntryStillCounts()
    {
        await _world.AskAsync();
        TrustAnchor rolling = ClientWorld.TopAnchor with { PublicKeys = [ClientWorld.Stranger.PublicKey, ClientWorld.Kms00.PublicKey] };
        _world.Client.Reconfigure(_world.Client.Configuration with { TrustAnchors = [rolling] });
        Assert.AreEqual(KeySource.OwnTable, (await _world.AskAsync() as KeyFound)?.Source);
        Assert.HasCount(1, _world.Kms.Received);
    }

    [TestMethod]
    public async Task Reconfigure_CloserAnchorAdded_EntryOfTheOtherDoesNotCount()
    {
        await _world.AskAsync();
        _world.Client.Reconfigure(_world.Client.Configuration with { TrustAnchors = [ClientWorld.TopAnchor, ClientWorld.NearAnchor] });
        Assert.AreEqual(ClientWorld.Kms0.Name, (await _world.AskAsync() as KeyFound)?.Anchor);
        Assert.HasCount(2, _world.Kms.Received);
    }

    [TestMethod]
    public async Task Reconfigure_WhileAnInquiryIsUnderWay_EachEndsUnderItsOwnConfiguration()
    {
        _world.Kms.Script = received => [(TimeSpan.FromSeconds(1), _world.Answer(received))];
        Task<KeyResult> earlier = _world.Client.GetKeyAsync(ClientWorld.HostB.Name, Use.Identity);
        _world.Client.Reconfigure(_world.Client.Configuration with { TrustAnchors = [ClientWorld.TopAnchor with { PublicKeys = [ClientWorld.Stranger.PublicKey] }] });
        Task<KeyResult> later = _world.Client.GetKeyAsync(ClientWorld.HostB.Name, Use.Identity);
        Assert.IsInstanceOfType<KeyFound>(await _world.FinishAsync(earlier));
        Assert.AreEqual(Check.AttestationSignature, (await _world.FinishAsync(later) as KeyRefused)?.Check);
        Assert.AreEqual(0, _world.Time.ArmedTimers);
    }

    [TestMethod]
    public async Task GetKey_WithMacs_AskedAndAnsweredByMac()
    {
        _world.Client.Reconfigure(ClientWorld.Standard with { Authentication = SealKind.Mac });
        _world.Kms.Answer(received =>
        {
            (MessageText answer, MessageText attestation) = _world.Messages(received);
            return KmsPacket.Response(received.Packet, ClientWorld.Kms1.Mac(answer.Message, ClientWorld.HostA).Text, attestation.Text);
        });
        KeyResult result = await _world.AskAsync();
        Assert.IsInstanceOfType<KeyFound>(result, result.Summary);
        Assert.IsTrue(ClientWorld.Kms1.Key.TryAgree(ClientWorld.Kms1.Name, ClientWorld.HostA.Name, ClientWorld.HostA.PublicKey, sending: false, out PairwiseKey? key));
        Assert.IsTrue(_world.Kms.Received[0].Text.IsAuthenticatedBy(key));
    }

    [TestMethod]
    public async Task GetKey_WithMacs_SignedOrStrangersMacRefused()
    {
        _world.Client.Reconfigure(ClientWorld.Standard with { Authentication = SealKind.Mac });
        Assert.AreEqual(Check.Authentication, (await _world.AskAsync() as KeyRefused)?.Check, "a signature where MACs are set");

        _world.Kms.Answer(received =>
        {
            (MessageText answer, MessageText attestation) = _world.Messages(received);
            return KmsPacket.Response(received.Packet, ClientWorld.Stranger.Mac(answer.Message, ClientWorld.HostA).Text, attestation.Text);
        });
        Assert.AreEqual(Check.Authentication, (await _world.AskAsync() as KeyRefused)?.Check, "a stranger's MAC");
    }

    [TestMethod]
    public async Task GetKey_HostsOwnInquiryMacTurnedBack_Refused()
    {
        // Each direction has its own key: what the host can compute for sending is worthless when received.
        _world.Client.Reconfigure(ClientWorld.Standard with { Authentication = SealKind.Mac });
        TestParty host = ClientWorld.HostA;
        _world.Kms.Answer(received =>
        {
            (MessageText answer, MessageText attestation) = _world.Messages(received);
            return KmsPacket.Response(received.Packet, host.Mac(answer.Message, ClientWorld.Kms1).Text, attestation.Text);
        });
        Assert.AreEqual(Check.Authentication, (await _world.AskAsync() as KeyRefused)?.Check);
    }

    [TestMethod]
    public async Task GetKey_Ed25519Everywhere_Found()
    {
        TestParty host = new("host-a.b.a.xx", TestEd25519.NewKey());
        TestParty kms = new("kms1.b.a.xx", TestEd25519.NewKey());
        TestParty anchor = new("kms00.xx", TestEd25519.NewKey());
        ClientWorld world = new(
            ClientWorld.Standard with
            {
                Key = host.Key,
                Kms = ClientWorld.Standard.Kms with { PublicKeys = [kms.PublicKey] },
                TrustAnchors = [ClientWorld.TopAnchor with { PublicKeys = [anchor.PublicKey] }],
            },
            importer: new KeyImporter(TestEd25519.Bound));
        world.Kms.Answer(received => world.Answer(received, from: kms, by: anchor));
        KeyResult result = await world.AskAsync();
        Assert.IsInstanceOfType<KeyFound>(result, result.Summary);
        Assert.IsTrue(IsSignedBy(world.Kms.Received[0].Text, host.PublicKey));
    }

    private static bool IsSignedBy(MessageText text, PublicKey publicKey)
    {
        Assert.IsTrue(new KeyImporter(TestEd25519.Bound).TryImport(publicKey, out VerificationKey? key, out _));
        using (key) return text.IsSignedBy(key);
    }

    private static KmsPath ParsePath()
    {
        Assert.IsTrue(KmsPath.TryParse("kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx"u8, out KmsPath path));
        return path;
    }
}
