using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>The clock of a key server is set, forward or back, while it runs.</summary>
[TestClass]
public sealed class ClockSetTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [TestMethod]
    [DataRow(-1)]
    [DataRow(1)]
    public async Task Clock_SetWrongByAnHour_LeavesHostsWithoutAnAnswerUntilItIsRight(int hours)
    {
        using Figure7 network = new();
        network.Time.Advance(2 * Hour);
        (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested();

        network.Kms1.Clock.Shift = hours * Hour;
        Assert.AreEqual(ResponseKind.Abandoned, (await network.AskAsync(network.Inquire(Figure7.HostB))).Kind);
        JournalEvent abandoned = network.Kms1.Journal[^1];
        Assert.AreEqual((AbandonReason.Clock, -hours * Hour), (abandoned.Abandoned, abandoned.ClockOffset));

        network.Kms1.Clock.Shift = TimeSpan.Zero;
        (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested();
    }

    [TestMethod]
    public async Task Clock_OfANeighbourSetWrong_IsToldAtBothEnds_AndForgottenWhenItIsRight()
    {
        using Figure7 network = new();
        network.Time.Advance(2 * Hour);
        network.Kms0.Clock.Shift = -Hour;

        (Task<Response> response, _) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        network.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.IsTrue((await response).Kind is ResponseKind.Records or ResponseKind.NoAnswer);
        Assert.AreEqual(Hour, network.Kms0.Journal.First(e => e.Kind == JournalEventKind.ClockDiffers).ClockOffset, "KMS1's packet is an hour ahead of its clock");
        await network.Kms1.ReceiveAsync(network.Kms0.Address, false, network.Kms0.Sign(new Inquiry(
            Figure7.HostA, Use.Identity, network.Kms00.Name, network.Kms0.Address, network.Kms0.Name, network.Kms1.Name, Figure7.NewId(), network.Now - Hour, Figure7.Path("kms0.a.xx"))));
        Assert.AreEqual(-Hour, network.Kms1.Journal.First(e => e.Kind == JournalEventKind.ClockDiffers).ClockOffset);

        network.Kms0.Clock.Shift = TimeSpan.Zero;
        (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested();
    }

    [TestMethod]
    public async Task Clock_AheadAtTheStartAndThenPutRight_ServesAtOnce_AndLetsNothingBeReplayed()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        network.Kms1.Kill();
        network.Kms1.Clock.Shift = Hour;
        network.Kms1.Restart(network.ConfigurationOf(network.Kms1));
        MessageText ahead = network.InquireAtHome(i => i with { At = network.Now + Hour });
        Response first = await network.AskAsync(ahead);
        first.Attested();

        network.Kms1.Clock.Shift = TimeSpan.Zero;
        (await network.AskAsync(network.InquireAtHome())).Attested();
        Assert.AreEqual(ResponseKind.Abandoned, (await network.AskAsync(ahead)).Kind);
        Assert.AreEqual(ResponseKind.Abandoned, (await network.AskAsync(network.InquireAtHome(i => i with { At = network.Now - TimeSpan.FromSeconds(1) }))).Kind, "the memory has begun once more");

        network.Time.Advance(Hour);
        Assert.AreEqual(first, await network.AskAsync(ahead), "it is remembered until its time has passed");
    }

    [TestMethod]
    public async Task Clock_SetForwardAndBack_LetsNothingBeReplayed()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        MessageText inquiry = network.InquireAtHome();
        Response first = await network.AskAsync(inquiry);

        network.Kms1.Clock.Shift = Hour;
        (await network.AskAsync(network.InquireAtHome(i => i with { At = network.Now + Hour }))).Attested();
        network.Kms1.Clock.Shift = TimeSpan.Zero;

        Assert.AreEqual(first, await network.AskAsync(inquiry));
        network.Time.Advance(TimeSpan.FromSeconds(301));
        await network.AskAsync(network.InquireAtHome());
        Assert.AreEqual(2, network.Kms1.Server.Occupancy.Remembered, "the one of the hour ahead, and the newest");
        network.Time.Advance(Hour + TimeSpan.FromSeconds(301));
        await network.AskAsync(network.InquireAtHome());
        Assert.AreEqual(1, network.Kms1.Server.Occupancy.Remembered);
    }

    [TestMethod]
    public async Task Clocks_OfAllAheadAndThenPutRight_GiveNoAttestationFromTheFuture()
    {
        using Figure7 network = new();
        Node[] nodes = [network.Kms00, network.Kms0, network.Kms1, network.Kms2];
        foreach (Node node in nodes) node.Clock.Shift = Hour;
        (_, Attestation ahead) = (await network.AskAsync(network.Inquire(Figure7.HostB, change: i => i with { At = network.Now + Hour }))).Attested();
        (_, Attestation home) = (await network.AskAsync(network.InquireAtHome(i => i with { At = network.Now + Hour }))).Attested();
        Assert.AreEqual((network.Now + Hour, network.Now + Hour), (ahead.At, home.At));

        foreach (Node node in nodes) node.Clock.Shift = TimeSpan.Zero;
        (Answer answer, Attestation now) = (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested();
        Assert.AreEqual((network.Now, network.Now), (answer.At, now.At));
        Assert.AreEqual(network.Now, (await network.AskAsync(network.InquireAtHome())).Attested().Attestation.At);

        network.Network.Forget();
        (await network.AskAsync(network.Inquire(Figure7.HostB))).Attested();
        Assert.IsEmpty(network.Network.Sent, "the new ones are kept in the place of the old");
        Assert.AreEqual(1, network.Kms1.Journal.Count(e => e.Kind == JournalEventKind.Attested && e.Question.Name == Figure7.HostA) - 1);
    }

    [TestMethod]
    public async Task Clock_SetBack_MakesKeysServeNoLonger()
    {
        using Figure7 network = new(only: "kms1.b.a.xx");
        await network.AskAsync(network.InquireAtHome());
        network.Kms1.Clock.Shift = -TimeSpan.FromSeconds(200); // within the skew: hosts and server still understand each other
        network.Kms1.Zone[Figure7.HostA] = null;
        network.Time.Advance(TimeSpan.FromSeconds(201)); // what was written before the memory began is not taken
        Assert.AreEqual(ResponseKind.Abandoned, (await network.AskAsync(network.InquireAtHome())).Kind);
        Assert.AreEqual(AbandonReason.Sender, network.Kms1.Abandoned, "keyStale has passed in truth");

        network.Kms1.Replace(Figure7.HostA, network.KeyA.PublicKey);
        (await network.AskAsync(network.InquireAtHome())).Attested();
        using SigningKey next = KeyImporter.Generate();
        network.Kms1.Replace(Figure7.HostA, next.PublicKey);
        network.Kms1.Clock.Shift = -TimeSpan.FromSeconds(299);
        network.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.AreEqual(ResponseKind.Abandoned, (await network.AskAsync(network.InquireAtHome())).Kind, "keyRefresh has passed in truth");
        (await network.AskAsync(network.InquireAtHome(key: next))).Attested();
    }

    [TestMethod]
    public async Task Clock_Set_MovesNoDeadlineAndNoRate()
    {
        using Figure7 network = new(only: "kms1.b.a.xx", limits: new Limits { InquiriesForHost = new Rate(1, 1) });
        (Task<Response> response, _) = await network.AskOnAsync(network.Inquire(Figure7.HostB));
        network.Kms1.Clock.Shift = Hour;
        network.Time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.IsFalse(response.IsCompleted);
        Assert.AreEqual(ResponseKind.Busy, (await network.AskAsync(network.Inquire(DomainName.Parse("other.c.a.xx"), change: i => i with { At = network.Now + Hour }))).Kind);
        network.Kms1.Clock.Shift = -Hour;
        network.Time.Advance(TimeSpan.FromSeconds(3.5));

        Assert.AreEqual(ResponseKind.NoAnswer, (await response).Kind);
        Assert.AreEqual(0, network.Time.ArmedTimers);
    }
}
