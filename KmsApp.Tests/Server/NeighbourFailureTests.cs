using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>The upper KMS, or the asked one, fails: what a host sees, what the journal hears, and that it goes on.</summary>
[TestClass]
public sealed class NeighbourFailureTests
{
    private static readonly TimeSpan GivenUp = ExchangeSchedule.BetweenServers.GivenUp;
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(4);

    [TestMethod]
    public async Task Upper_KilledBeforeItIsAsked_IsTimeoutAfterThreeSeconds_AndServesWhenItIsBack()
    {
        using Figure7 network = new();
        network.Kms0.Kill();
        (Task<Response> response, _) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        network.Time.Advance(GivenUp);

        Unsolved unsolved = (await response).Unsolved();
        Assert.AreEqual((Reason.Timeout, KmsPath.None), (unsolved.Reason, unsolved.Path));
        Assert.AreEqual(network.Kms0.Name, network.Kms1.Journal.Single(e => e.Kind == JournalEventKind.Unreachable).Party);
        (await network.AskAsync(network.InquireAtHome())).Attested();

        network.Kms0.Restart(network.ConfigurationOf(network.Kms0));
        (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested();
        Assert.AreEqual(network.Kms0.Name, network.Kms1.Journal.Last(e => e.Kind == JournalEventKind.Reached).Party);
        Assert.AreEqual(0, network.Time.ArmedTimers);
    }

    [TestMethod]
    public async Task Upper_KilledAfterItTookTheInquiry_IsNoAnswerAtTheDeadline_AndServesWhenItIsBack()
    {
        using Figure7 network = new();
        network.Network.Arrives = sent => sent.Request.To != network.Kms2.Name;
        (Task<Response> response, SentRequest asked) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        await Figure7.UntilAsync(() => asked.Acknowledged && network.Network.Sent.Count == 2, "KMS0 has taken it and asks on");
        network.Kms0.Kill();
        network.Time.Advance(GivenUp);
        Assert.IsFalse(response.IsCompleted);
        Assert.HasCount(2, network.Network.Sent, "who has ended says nothing more");
        network.Time.Advance(AnswerTimeout - GivenUp);

        Assert.AreEqual(ResponseKind.NoAnswer, (await response).Kind);
        Assert.HasCount(1, network.Kms1.Journal.Where(e => e.Kind == JournalEventKind.TimedOut));
        network.Network.Arrives = _ => true;
        network.Kms0.Restart(network.ConfigurationOf(network.Kms0));
        Assert.IsFalse((await network.Kms0.ReceiveAsync(network.Kms1.Address, false, asked.Text)).Acknowledges(asked.Text), "written before it was back: it may have been used before");
        Assert.AreEqual(AbandonReason.Clock, network.Kms0.Abandoned);
        (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested();
        Assert.AreEqual(0, network.Time.ArmedTimers);
    }

    [TestMethod]
    public async Task AskedKms_KilledWhileAHostWaits_AnswersTheHostsNextAttemptWhenItIsBack()
    {
        using Figure7 network = new();
        network.Network.Arrives = sent => sent.Request.To != network.Kms2.Name;
        (Task<Response> response, SentRequest asked) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        network.Kms1.Kill();
        Assert.AreEqual(ResponseKind.NoAnswer, (await response).Kind);
        network.Time.Advance(AnswerTimeout);

        network.Network.Arrives = _ => true;
        network.Kms1.Restart(network.ConfigurationOf(network.Kms1));
        MessageText attestation = network.Kms00.Sign(network.Attestation());
        Assert.AreEqual(ResponseKind.Abandoned, (await network.Kms1.ReceiveAsync(Figure7.Endpoint(1), false, network.Kms00.Sign(network.Deliver(asked.Request, attestation)), attestation)).Kind);
        (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested();
    }

    [TestMethod]
    public async Task Upper_KilledAndBackAgainAndAgainUnderLoad_EndsEveryInquiryInTime_AndNothingIsLeft()
    {
        int seed = Environment.TickCount;
        Console.WriteLine($"seed {seed}");
        Random random = new(seed);
        Limits plenty = new() { InquiriesForHost = new Rate(10_000, 10_000), ChecksForHost = new Rate(10_000, 10_000), SignaturesForHost = new Rate(10_000, 10_000) };
        using Figure7 network = new(limits: plenty);
        List<(Task<Response> Response, TimeSpan Asked)> asked = [];
        int kills = 0;
        for (int step = 0; step < 200; step++)
        {
            if (random.Next(10) == 0)
            {
                if (network.Kms0.IsDown) network.Kms0.Restart(network.ConfigurationOf(network.Kms0));
                else (kills, _) = (kills + 1, KillUpper(network));
            }
            DomainName name = DomainName.Parse($"h{step % 40}.c.a.xx");
            if (step < 40) network.Kms2.Publish(new KeyRecord(name, default, network.KeyB.PublicKey, null, null));
            asked.Add((network.AskAsync(network.Inquire(name)), network.Time.Elapsed));
            network.Time.Advance(TimeSpan.FromMilliseconds(random.Next(300)));
            foreach ((Task<Response> response, TimeSpan at) in asked)
            {
                if (network.Time.Elapsed > at + AnswerTimeout) await response.WaitAsync(TimeSpan.FromSeconds(20));
            }
        }
        if (network.Kms0.IsDown) network.Kms0.Restart(network.ConfigurationOf(network.Kms0));
        network.Time.Advance(AnswerTimeout + GivenUp + GivenUp);

        Assert.IsGreaterThan(0, kills);
        foreach ((Task<Response> response, _) in asked)
        {
            Response came = await response.WaitAsync(TimeSpan.FromSeconds(20));
            if (came.Kind == ResponseKind.NoAnswer) continue;
            if (came.Messages is [{ Message: Unsolved unsolved }]) Assert.AreEqual(Reason.Timeout, unsolved.Reason);
            else Assert.AreEqual(network.KeyB.PublicKey, came.Attested().Attestation.Key);
        }
        await Figure7.UntilAsync(() =>
        {
            network.Time.Advance(GivenUp);
            return new[] { network.Kms00, network.Kms0, network.Kms1, network.Kms2 }.All(n => n.Server.Occupancy is { Pending: 0, Relays: 0 }) && network.Time.ArmedTimers == 0;
        }, "nothing is under way");
        (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested();
    }

    [TestMethod]
    public async Task Upper_AtAnotherAddress_IsTimeoutUntilTheConfigurationSaysSo()
    {
        using Figure7 network = new();
        (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested();
        network.Network.Move(network.Kms0, Figure7.Endpoint(20));
        DomainName hostC = DomainName.Parse("host-c.c.a.xx");
        network.Kms2.Publish(new KeyRecord(hostC, default, network.KeyB.PublicKey, null, null));
        int before = network.Network.Sent.Count;
        Task<Response> response = network.AskAsync(network.Inquire(hostC));
        await Figure7.UntilAsync(() => network.Network.Sent.Count > before, "it is asked at the old address");
        network.Time.Advance(GivenUp);

        Assert.AreEqual(Reason.Timeout, (await response).Unsolved().Reason);
        (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested(); // what is at hand serves on
        foreach (Node node in (Node[])[network.Kms00, network.Kms0, network.Kms1, network.Kms2]) node.Server.Configure(network.ConfigurationOf(node));
        (await network.AskAsync(network.Inquire(hostC))).Attested();
    }

    [TestMethod]
    public async Task OwnAddress_Changed_IsRefusedByTheUpperUntilThatKnowsIt()
    {
        using Figure7 network = new();
        network.Network.Move(network.Kms1, Figure7.Endpoint(30));
        network.Kms1.Server.Configure(network.ConfigurationOf(network.Kms1));
        Task<Response> response = network.AskAsync(network.Inquire(Figure7.HostB));
        await Figure7.UntilAsync(() => network.Network.Sent.Count == 2, "KMS0 refuses, to the address that it knows");
        network.Time.Advance(AnswerTimeout);
        Assert.AreEqual(ResponseKind.NoAnswer, (await response).Kind, "nobody is there any more");
        Assert.AreEqual(Reason.Refused, network.Kms0.Journal.Last(e => e.Kind == JournalEventKind.Refused).Reason);

        network.Kms0.Server.Configure(network.ConfigurationOf(network.Kms0));
        (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested();
    }

    private static bool KillUpper(Figure7 network)
    {
        network.Kms0.Kill();
        return true;
    }
}
