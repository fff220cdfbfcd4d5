using System.Net;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>Every wait, in virtual time.</summary>
[TestClass]
public sealed class DeadlineTests
{
    [TestMethod]
    public async Task Answer_ThatDoesNotCome_IsGivenUpFourSecondsAfterTheArrival() // step 463
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        network.Kms1.HoldsWork = true;
        Task<Response> response = network.AskAsync(network.Inquire(Figure7.HostB));
        network.Time.Advance(TimeSpan.FromSeconds(1)); // the wait in the queue counts
        network.Kms1.ReleaseWork();
        await Figure7.UntilAsync(() => network.Kms1.Server.Occupancy.Pending == 1, "it waits");
        SentRequest asked = network.Network.Sent.Single();
        network.Time.Advance(TimeSpan.FromSeconds(2.99));
        Assert.IsFalse(response.IsCompleted);
        network.Time.Advance(TimeSpan.FromSeconds(0.01));

        Assert.AreEqual(ResponseKind.NoAnswer, (await response).Kind);
        Assert.AreEqual(0, network.Kms1.Server.Occupancy.Pending);
        MessageText attestation = network.Kms00.Sign(network.Attestation());
        Response late = await network.Kms1.ReceiveAsync(Figure7.Endpoint(1), false, network.Kms00.Sign(network.Deliver(asked.Request, attestation)), attestation);
        Assert.AreEqual(ResponseKind.Abandoned, late.Kind);
        Assert.AreEqual(AbandonReason.Unfit, network.Kms1.Abandoned);
        Assert.AreEqual(0, network.Kms1.Server.Occupancy.KeyTable);
        Assert.AreEqual(0, network.Time.ArmedTimers);
    }

    [TestMethod]
    public async Task Check_StillInTheQueueWhenTheServerEnds_IsAFaultAtOnceAndNoWork()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        network.Kms1.HoldsWork = true;
        Task<Response> response = network.AskAsync(network.Inquire(Figure7.HostB));
        int reads = network.Kms1.ZoneReads;

        network.Kms1.Server.Dispose();
        network.Kms1.ReleaseWork();

        Assert.AreEqual(ResponseKind.Fault, (await response).Kind);
        Assert.AreEqual(reads, network.Kms1.ZoneReads);
        Assert.IsEmpty(network.Network.Sent);
    }

    [TestMethod]
    public async Task Inquiry_ThatJoinsALaterOne_EndsAtItsOwnDeadline()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        network.Kms1.HoldsWork = true;
        Task<Response> early = network.AskAsync(network.Inquire(Figure7.HostB));
        network.Time.Advance(TimeSpan.FromSeconds(1));
        network.Kms1.HoldsWork = false;
        (Task<Response> late, _) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        network.Kms1.ReleaseWork();
        await Figure7.UntilAsync(() => network.Time.ArmedTimers == 2, "both wait");
        network.Time.Advance(TimeSpan.FromSeconds(3));

        Assert.AreEqual(ResponseKind.NoAnswer, (await early).Kind);
        Assert.IsFalse(late.IsCompleted);
        network.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual(ResponseKind.NoAnswer, (await late).Kind);
        Assert.HasCount(1, network.Network.Sent);
        Assert.AreEqual(0, network.Time.ArmedTimers);
    }

    [TestMethod]
    public async Task Zone_ThatHangs_EndsTheWaitOfTheHost()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        await network.AskAsync(network.InquireAtHome());
        TaskCompletionSource gate = new();
        network.Kms1.ZoneGate = gate.Task;
        Task<Response> response = network.AskAsync(network.Inquire(DomainName.Parse("slow.b.a.xx")));
        await Figure7.UntilAsync(() => network.Kms1.ZoneReads == 2 && network.Time.ArmedTimers == 1, "it waits for the zone");
        network.Time.Advance(TimeSpan.FromSeconds(4));

        Assert.AreEqual(ResponseKind.NoAnswer, (await response).Kind);
        gate.SetResult();
    }

    [TestMethod]
    public async Task Neighbour_ThatDoesNotAcknowledge_IsToldAsUnsolvedWhenItIsGivenUp()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        network.Network.Arrives = _ => false;
        (Task<Response> response, _) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        network.Time.Advance(TimeSpan.FromSeconds(2.99));
        Assert.IsFalse(response.IsCompleted);
        network.Time.Advance(TimeSpan.FromSeconds(0.01));

        Unsolved unsolved = (await response).Unsolved();
        Assert.AreEqual(Reason.Timeout, unsolved.Reason);
        Assert.IsTrue((await response).Messages[0].IsSignedBy(network.Kms1.Verification));
        Assert.IsTrue(network.Kms1.Journal.Any(e => e.Kind == JournalEventKind.Unreachable));
        network.Network.Arrives = _ => true;
        (_, SentRequest again) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        Assert.AreEqual(network.Kms0.Name, again.Request.To, "what was unsolved is not remembered");
    }

    [TestMethod]
    public async Task Neighbour_FartherOnThatDoesNotAcknowledge_IsToldOverEveryHop()
    {
        using Figure7 network = new();
        network.Network.Arrives = sent => sent.Request.To != network.Kms2.Name;
        (Task<Response> response, _) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        await Figure7.UntilAsync(() => network.Network.Sent.Count == 2, "KMS0 asks KMS2");
        network.Time.Advance(TimeSpan.FromSeconds(3));

        Unsolved unsolved = (await response).Unsolved();
        Assert.AreEqual((Reason.Timeout, "kms1.b.a.xx"), (unsolved.Reason, unsolved.Path.ToString()));
    }

    [TestMethod]
    public async Task Neighbour_WithTwoAddresses_IsTriedAtTheSecondAfter900Milliseconds_AndThereFirstTheNextTime()
    {
        IPEndPoint silent = Figure7.Endpoint(50), good = Figure7.Endpoint(2);
        using Figure7 network = new(only: "kms1.b.a.xx", change: (node, c) => node.Configure(new Neighbour(c.Upper!.Name, null, [silent, good], c.Upper.Keys, default)));
        network.Network.Arrives = sent => !sent.To.Equals(silent);
        (Task<Response> response, SentRequest first) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        Assert.AreEqual(silent, first.To);
        network.Time.Advance(TimeSpan.FromMilliseconds(899));
        Assert.HasCount(1, network.Network.Sent);
        network.Time.Advance(TimeSpan.FromMilliseconds(1));
        await Figure7.UntilAsync(() => network.Network.Sent.Count == 2, "the second address is tried");
        Assert.AreEqual(good, network.Network.Sent[1].To);
        Assert.AreEqual(first.Text, network.Network.Sent[1].Text);
        await Figure7.UntilAsync(() => network.Kms1.Journal.Any(e => e.Kind == JournalEventKind.Reached), "it was reached");
        Assert.AreEqual(good, network.Kms1.Journal.Last(e => e.Kind == JournalEventKind.Reached).Source);
        Assert.AreEqual(1, network.Time.ArmedTimers, "the deadline of the inquiry alone");

        (_, SentRequest next) = await network.AskOnAsync(network.Inquire(DomainName.Parse("other.c.a.xx")));
        Assert.AreEqual(good, next.To);
        Assert.IsFalse(response.IsCompleted);
    }

    [TestMethod]
    public async Task Keys_ServeForKeyRefresh_AndAMinuteMoreWhileTheZoneIsNotKnown()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        await network.AskAsync(network.InquireAtHome());
        network.Kms1.Zone[Figure7.HostA] = null;
        async Task<ResponseKind> Ask() => (await network.AskAsync(network.InquireAtHome())).Kind;

        Assert.AreEqual(ResponseKind.Records, await Ask());
        Assert.AreEqual(1, network.Kms1.ZoneReads);
        network.Time.Advance(TimeSpan.FromSeconds(64.99));
        Assert.AreEqual(ResponseKind.Records, await Ask());
        Assert.AreEqual(3, network.Kms1.ZoneReads, "not known is not cached: asked for the host and for the name");
        network.Time.Advance(TimeSpan.FromSeconds(0.02));
        Assert.AreEqual(ResponseKind.Abandoned, await Ask());
        network.Kms1.Replace(Figure7.HostA, network.KeyA.PublicKey);
        Assert.AreEqual(ResponseKind.Records, await Ask());
    }

    [TestMethod]
    public async Task Dispose_EndsEverything()
    {
        IPEndPoint[] addresses = [Figure7.Endpoint(50), Figure7.Endpoint(51)];
        Figure7 network = new(only: "kms1.b.a.xx", change: (node, c) => node.Configure(new Neighbour(c.Upper!.Name, null, [.. addresses], c.Upper.Keys, default)));
        network.Network.Arrives = _ => false;
        (Task<Response> response, _) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        Assert.IsGreaterThan(2, network.Time.ArmedTimers);

        network.Kms1.Server.Dispose();
        network.Kms1.Server.Dispose();

        Assert.AreEqual(ResponseKind.NoAnswer, (await response).Kind);
        await Figure7.UntilAsync(() => network.Time.ArmedTimers == 0, "no timer is left");
        Assert.AreNotEqual(ResponseKind.Records, (await network.AskAsync(network.Inquire(Figure7.HostB))).Kind, "nothing begins any more");
        network.Dispose();
    }
}
