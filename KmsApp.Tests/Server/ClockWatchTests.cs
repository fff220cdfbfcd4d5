using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>Whose clock is off, and who can make it seem so.</summary>
[TestClass]
public sealed class ClockWatchTests
{
    [TestMethod]
    [DataRow(301, AuthenticationMode.Signature)]
    [DataRow(-301, AuthenticationMode.Signature)]
    [DataRow(301, AuthenticationMode.Mac)]
    public async Task Receive_NeighbourWithAnotherClock_IsAbandonedAndSaid(int seconds, AuthenticationMode mode)
    {
        using Figure7 world = new(mode, only: "kms1.b.a.xx");
        world.Time.Advance(TimeSpan.FromHours(1));

        Assert.AreEqual(ResponseKind.Abandoned, (await ReceiveAsync(world, world.Kms0, seconds, mode)).Kind);

        JournalEvent differs = world.Kms1.Journal.Single(e => e.Kind == JournalEventKind.ClockDiffers);
        Assert.AreEqual(TimeSpan.FromSeconds(seconds), differs.ClockOffset);
        Assert.AreEqual(world.Kms0.Name, differs.Party);
        Assert.AreEqual(1, world.Kms1.Journal.Count(e => e.Kind == JournalEventKind.Abandoned));
    }

    [TestMethod]
    public async Task Receive_ForgedInANeighboursName_IsAbandonedAndNothingIsSaid()
    {
        using Figure7 world = new(only: "kms1.b.a.xx");
        world.Time.Advance(TimeSpan.FromHours(1));

        await ReceiveAsync(world, world.Kms2, 301, AuthenticationMode.Signature);

        Assert.AreEqual(AbandonReason.Clock, world.Kms1.Journal.Single().Abandoned);
    }

    [TestMethod]
    public async Task Receive_WrittenBeforeTheMemoryBegan_IsNoOtherClock()
    {
        using Figure7 world = new(only: "kms1.b.a.xx");

        await ReceiveAsync(world, world.Kms0, -1, AuthenticationMode.Signature);

        Assert.AreEqual(AbandonReason.Clock, world.Kms1.Journal.Single().Abandoned);
    }

    [TestMethod]
    public async Task Receive_AsHostWithAnotherClock_IsNotChecked()
    {
        using Figure7 world = new(only: "kms1.b.a.xx");

        await world.AskAsync(world.InquireAtHome(inquiry => inquiry with { At = world.Now + TimeSpan.FromHours(1) }));

        Assert.AreEqual(AbandonReason.Clock, world.Kms1.Journal.Single().Abandoned);
    }

    [TestMethod]
    public async Task Receive_FloodWithAnotherClock_CostsAFewChecks()
    {
        using Figure7 world = new(only: "kms1.b.a.xx");
        for (int i = 0; i < 100; i++) await ReceiveAsync(world, world.Kms0, 301, AuthenticationMode.Signature);

        Assert.AreEqual(4, world.Kms1.Journal.Count(e => e.Kind == JournalEventKind.ClockDiffers));
        world.Time.Advance(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 10; i++) await ReceiveAsync(world, world.Kms0, 301, AuthenticationMode.Signature);
        Assert.AreEqual(5, world.Kms1.Journal.Count(e => e.Kind == JournalEventKind.ClockDiffers));
    }

    private static Task<Response> ReceiveAsync(Figure7 world, Node signer, int seconds, AuthenticationMode mode)
    {
        Inquiry inquiry = new(
            Figure7.HostA, Use.Identity, world.Kms00.Name, world.Kms0.Address, world.Kms0.Name, world.Kms1.Name, Figure7.NewId(),
            world.Now + TimeSpan.FromSeconds(seconds), Figure7.Path("kms0.a.xx"));
        MessageText text = mode == AuthenticationMode.Signature ? signer.Sign(inquiry) : Authenticate(signer, world.Kms1, inquiry);
        return world.Kms1.ReceiveAsync(world.Kms0.Address, isStream: false, text);
    }

    private static MessageText Authenticate(Node from, Node to, Message message)
    {
        PairwiseKeys keys = PairwiseKeys.TryAgree(from.Name, from.Key, to.Name, to.Key.PublicKey)!;
        return MessageText.TryAuthenticate(message, keys.Sending, out MessageText? text) ? text : throw new InvalidOperationException("too long");
    }
}
