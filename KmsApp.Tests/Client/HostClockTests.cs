using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>The clock of a host is set, back or forward.</summary>
[TestClass]
public sealed class HostClockTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [TestMethod]
    [DataRow(-1, Check.NotAhead)]
    [DataRow(1, Check.NotExpired)]
    public async Task GetKey_ClockWrongByAnHour_IsRefused_AndFoundWhenItIsRight(int hours, Check check)
    {
        ClientWorld world = new();
        world.Clock.Shift = hours * Hour;
        KeyResult wrong = await world.AskAsync();
        Assert.AreEqual(check, (wrong as KeyRefused)?.Check, wrong.Summary);
        Assert.AreEqual(0, world.Table.Count);

        world.Clock.Shift = TimeSpan.Zero;
        Assert.AreEqual(ClientWorld.HostB.PublicKey, (await world.AskAsync() as KeyFound)?.Key);
    }

    [TestMethod]
    public async Task GetKey_ClockSetBack_UsesItsTableForAsMuchLonger()
    {
        ClientWorld world = new();
        await world.AskAsync();
        world.Clock.Shift = -Hour;
        world.Pass(1.5 * Hour); // the attestation lives for one

        Assert.AreEqual(KeySource.OwnTable, (await world.AskAsync() as KeyFound)?.Source);
        world.Clock.Shift = TimeSpan.Zero;
        Assert.AreEqual(KeySource.Network, (await world.AskAsync() as KeyFound)?.Source);
    }

    [TestMethod]
    public async Task RefreshKey_AfterAllClocksWereAhead_TakesTheSameKeyAtOnce_AndAnotherWhenItsTimeHasCome()
    {
        ClientWorld world = new();
        PublicKey key = ClientWorld.HostB.PublicKey;
        TimeSpan ahead = Hour;
        world.Kms.Answer(received => world.Answer(
            received, answer => answer with { At = world.Now + ahead, Expires = world.Now + ahead + TimeSpan.FromSeconds(360) },
            row => row with { Key = key, At = world.Now + ahead, Expires = world.Now + ahead + Hour }));
        world.Clock.Shift = ahead;
        Assert.IsInstanceOfType<KeyFound>(await world.AskAsync());

        world.Clock.Shift = ahead = TimeSpan.Zero;
        Assert.IsInstanceOfType<KeyFound>(await RefreshAsync(), "the same key");
        key = ClientWorld.NewKeyOfB;
        KeyResult another = await RefreshAsync();
        Assert.AreEqual(Check.Mark, (another as KeyRefused)?.Check, another.Summary);
        world.Pass(Hour + TimeSpan.FromSeconds(1));
        Assert.AreEqual(key, (await RefreshAsync() as KeyFound)?.Key);

        Task<KeyResult> RefreshAsync() => world.FinishAsync(world.Client.RefreshKeyAsync(ClientWorld.HostB.Name, Use.Identity));
    }
}
