using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>What hosts are told: steps 45, 48 and 465, and how rarely it is signed.</summary>
[TestClass]
public sealed class HostAnswerTests
{
    [TestMethod]
    public async Task ColdInquiries_SixtyFourAtOnce_CostOneInquiryOneAttestationAndOneAnswer()
    {
        using Figure7 network = new();
        network.Kms1.HoldsWork = true;
        TaskCompletionSource gate = new();
        network.Kms2.ZoneGate = gate.Task;
        List<Task<Response>> asked = [.. Enumerable.Range(0, 64).Select(_ => network.AskAsync(network.Inquire(Figure7.HostB)))];
        network.Kms1.ReleaseWork();
        network.Kms1.HoldsWork = false;
        await Figure7.UntilAsync(() => network.Kms2.ZoneReads == 1, "the inquiry is at KMS2");
        gate.SetResult();
        Response[] responses = await Task.WhenAll(asked);

        Assert.AreEqual(1, responses.Select(r => r.Messages[0].Digest).Distinct().Count(), "one signed answer");
        Assert.AreEqual(1, responses.Select(r => r.Messages[1].Digest).Distinct().Count(), "one attestation");
        Assert.HasCount(5, network.Network.Sent);
        Assert.AreEqual(1, network.Kms00.Journal.Count(e => e.Kind == JournalEventKind.Attested));
        Assert.AreEqual("kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx,kms0.a.xx", responses[0].Attested().Answer.Path.ToString());
    }

    [TestMethod]
    public async Task WarmInquiries_SendNothing_AndGetOneAnswerForAWindow()
    {
        using Figure7 network = new();
        await network.AskAsync(network.Inquire(Figure7.HostB));
        network.Network.Forget();
        DateTimeOffset start = network.Now;
        Response first = await network.AskAsync(network.Inquire(Figure7.HostB));
        Response second = await network.AskAsync(network.Inquire(Figure7.HostB));
        network.Time.Advance(TimeSpan.FromSeconds(59.9));
        Response last = await network.AskAsync(network.Inquire(Figure7.HostB));
        network.Time.Advance(TimeSpan.FromSeconds(0.1));
        Response renewed = await network.AskAsync(network.Inquire(Figure7.HostB));

        Assert.IsEmpty(network.Network.Sent); // step 48
        Assert.IsTrue(first.Attested().Answer.Path.IsNone);
        Assert.AreEqual(start, first.Attested().Answer.At);
        Assert.AreEqual(start + TimeSpan.FromSeconds(360), first.Attested().Answer.Expires);
        Assert.AreSame(first.Messages[0], second.Messages[0]);
        Assert.AreSame(first.Messages[0], last.Messages[0]);
        Assert.AreEqual(start + TimeSpan.FromSeconds(60), renewed.Attested().Answer.At);
    }

    [TestMethod]
    public async Task Answer_NeverOutlivesItsAttestation()
    {
        using Figure7 network = new(change: (node, c) => c.Name == DomainName.Parse("kms00.xx")
            ? new(c.Name, c.Domain, c.Key, c.VerificationKey, c.Upper, c.Lower, c.Trusted, []) { Address = c.Address, AttestationLifetime = TimeSpan.FromMinutes(5) }
            : c);
        (Answer cold, Attestation attestation) = (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested();
        (Answer warm, _) = (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested();

        Assert.AreEqual(network.Now + TimeSpan.FromMinutes(5), attestation.Expires);
        Assert.AreEqual(attestation.Expires, cold.Expires);
        Assert.AreEqual(attestation.Expires, warm.Expires);
    }

    [TestMethod]
    public async Task Refusals_AreSignedOnceInAWindowOfThirtySeconds()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        DomainName nobody = DomainName.Parse("nobody.b.a.xx");
        Task<Response> Ask() => network.AskAsync(network.Inquire(nobody));
        Response first = await Ask();
        network.Time.Advance(TimeSpan.FromSeconds(29.9));
        Response second = await Ask();
        network.Time.Advance(TimeSpan.FromSeconds(0.1));
        Response renewed = await Ask();

        Assert.AreSame(first.Messages[0], second.Messages[0]);
        Assert.AreNotSame(first.Messages[0], renewed.Messages[0]);
        Assert.AreEqual(TimeSpan.FromSeconds(330), first.Unsolved().Expires - first.Unsolved().At);
        Assert.AreEqual(Reason.NotFound, first.Unsolved().Reason);
        Assert.IsTrue(first.Messages[0].IsSignedBy(network.Kms1.Verification));
    }

    [TestMethod]
    public async Task Answers_AfterAChangeOfKeyOrName_AreSignedAnew()
    {
        using Figure7 network = new();
        using SigningKey rekeyed = KeyImporter.Generate();
        await network.AskAsync(network.Inquire(Figure7.HostB));
        Response old = await network.AskAsync(network.Inquire(Figure7.HostB));
        MessageText oldRefusal = (await network.AskAsync(network.Inquire(DomainName.Parse("nobody.b.a.xx")))).Messages[0];
        KeyServerConfiguration now = network.ConfigurationOf(network.Kms1);
        VerificationKey verification = Node.Import(rekeyed.PublicKey);

        network.Kms1.Server.Configure(new(now.Name, now.Domain, rekeyed, verification, now.Upper, now.Lower, now.Trusted, []) { Address = now.Address });
        Response another = await network.AskAsync(network.Inquire(Figure7.HostB));
        Assert.IsTrue(another.Messages[0].IsSignedBy(verification));
        Assert.AreEqual(old.Messages[1].Digest, another.Messages[1].Digest);
        Assert.IsTrue((await network.AskAsync(network.Inquire(DomainName.Parse("nobody.b.a.xx")))).Messages[0].IsSignedBy(verification));
        Assert.IsFalse(oldRefusal.IsSignedBy(verification));

        DomainName renamed = DomainName.Parse("kms9.b.a.xx");
        network.Kms1.Server.Configure(new(renamed, now.Domain, rekeyed, verification, now.Upper, now.Lower, now.Trusted, []) { Address = now.Address });
        Response third = await network.AskAsync(network.Inquire(Figure7.HostB, change: i => i with { To = renamed }));
        Assert.AreEqual(renamed, third.Attested().Answer.From);
    }

    [TestMethod]
    public async Task Signatures_OverAHostsShare_AreBusyAndTold_ButWhatIsSignedServes()
    {
        using Figure7 network = new(only: "kms1.b.a.xx", limits: new Limits { SignaturesForHost = new Rate(1, 1) });
        Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(network.InquireAtHome())).Kind);

        Assert.AreEqual(ResponseKind.Busy, (await network.AskAsync(network.Inquire(DomainName.Parse("nobody.b.a.xx")))).Kind);
        Assert.AreEqual("SignaturesForHost", network.Kms1.LimitsReached.Single());
        Assert.AreEqual(ResponseKind.Records, (await network.AskAsync(network.InquireAtHome())).Kind);
        Assert.AreEqual(2, network.Kms1.Journal.Count(e => e.Kind == JournalEventKind.Answered));
    }
}
