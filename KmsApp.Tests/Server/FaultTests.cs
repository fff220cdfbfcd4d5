using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>Faults of a key server itself: a bug, or a machine that fails it.</summary>
[TestClass]
public sealed class FaultTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [TestMethod]
    public async Task Relay_OfAnInquiryThatFaults_IsRefusedOverEveryHop_AndServesAgain()
    {
        using Figure7 network = new();
        network.Network.Arrives = sent => sent.Request.To == network.Kms2.Name ? throw new InvalidOperationException("planted") : true;

        Unsolved unsolved = (await network.AskAsync(network.Inquire(Figure7.HostB)).WaitAsync(Patience)).Unsolved();

        Assert.AreEqual((Reason.Refused, "kms1.b.a.xx"), (unsolved.Reason, unsolved.Path.ToString()));
        Assert.AreEqual("planted", network.Kms0.Journal.Single(e => e.Kind == JournalEventKind.Faulted).Fault!.Message);
        await AssertAtRestAsync(network);
        network.Network.Arrives = _ => true;
        (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested();
    }

    [TestMethod]
    public async Task Relay_OfASignatureRequestThatFaults_IsRefusedOverEveryHop()
    {
        using Figure7 network = new();
        network.Network.Arrives = sent => sent.Request is SignatureRequest && sent.Request.To == network.Kms00.Name ? throw new InvalidOperationException("planted") : true;

        Unsolved unsolved = (await network.AskAsync(network.Inquire(Figure7.HostB)).WaitAsync(Patience)).Unsolved();

        Assert.AreEqual((Reason.Refused, "kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx"), (unsolved.Reason, unsolved.Path.ToString()));
        await AssertAtRestAsync(network);
    }

    [TestMethod]
    public async Task Relay_WhoseRefusalFaultsToo_EndsByTheDeadlineOfWhoWaits()
    {
        using Figure7 network = new();
        network.Network.Arrives = sent => sent.Request.From == network.Kms0.Name ? throw new InvalidOperationException("planted") : true;

        (Task<Response> response, _) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        await Figure7.UntilAsync(() => network.Kms0.Journal.Count(e => e.Kind == JournalEventKind.Faulted) == 2, "both faults are noted");
        network.Time.Advance(TimeSpan.FromSeconds(4));

        Assert.AreEqual(ResponseKind.NoAnswer, (await response).Kind);
        await AssertAtRestAsync(network);
    }

    [TestMethod]
    public async Task Inquiry_OfAHostThatFaults_IsAFaultAtOnce_AndEndsForThoseWhoJoinedIt()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        network.Network.Arrives = _ => throw new InvalidOperationException("planted");

        Assert.AreEqual(ResponseKind.Fault, (await network.AskAsync(network.Inquire(Figure7.HostB))).Kind);

        Assert.AreEqual(1, network.Kms1.Journal.Count(e => e.Kind == JournalEventKind.Faulted));
        await AssertAtRestAsync(network);
    }

    private static async Task AssertAtRestAsync(Figure7 network)
    {
        await Figure7.UntilAsync(() => new[] { network.Kms00, network.Kms0, network.Kms1, network.Kms2 }.Where(n => n.IsStarted).All(n => n.Server.Occupancy is { Pending: 0, Relays: 0 }), "nothing is under way");
        Assert.AreEqual(0, network.Time.ArmedTimers);
    }
}
