using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>Entries in use are refreshed in the last quarter of their life, which is an hour here.</summary>
[TestClass]
public sealed class RefreshTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastQuarter = TimeSpan.FromMinutes(45);

    private readonly ClientWorld _world = new();

    [TestMethod]
    public async Task GetKey_BeforeTheLastQuarter_NobodyAsked()
    {
        await FindAsync(LastQuarter - TimeSpan.FromMilliseconds(1));
        Assert.AreEqual(KeySource.OwnTable, (await AskedAgainAsync()).Source);
        Assert.HasCount(1, _world.Kms.Received);
        Assert.IsTrue(_world.Client.SettleAsync(Patience).IsCompletedSuccessfully);
    }

    [TestMethod]
    public async Task GetKey_InTheLastQuarter_HandedOutAtOnceAndRefreshed()
    {
        DateTimeOffset first = _world.Now;
        await FindAsync(LastQuarter);
        _world.Kms.Script = received => [(TimeSpan.FromMilliseconds(100), _world.Answer(received))];
        Task<KeyResult> asking = Ask();
        Assert.IsTrue(asking.IsCompletedSuccessfully, "it must be handed out at once");
        var found = (KeyFound)await asking;
        Assert.AreEqual(first.AddHours(1), found.Expires);
        Assert.IsTrue(found.Trace.Any(step => step.Text.Contains("refresh", StringComparison.Ordinal)));
        Assert.HasCount(2, _world.Kms.Received);

        Task settling = _world.Client.SettleAsync(Patience);
        Assert.IsFalse(settling.IsCompleted);
        _world.Pass(TimeSpan.FromMilliseconds(100));
        await settling;
        Assert.AreEqual(first + LastQuarter + TimeSpan.FromHours(1), (await AskedAgainAsync()).Expires);
        Assert.HasCount(2, _world.Kms.Received);
    }

    [TestMethod]
    public async Task GetKey_ManyInTheLastQuarter_OneRefreshForAll()
    {
        await FindAsync(LastQuarter);
        _world.Kms.Script = received => [(TimeSpan.FromMilliseconds(100), _world.Answer(received))];
        foreach (Task<KeyResult> asking in Enumerable.Range(0, 64).Select(_ => Ask()).ToArray()) Assert.IsInstanceOfType<KeyFound>(await asking);
        Assert.HasCount(2, _world.Kms.Received);
    }

    [TestMethod]
    public async Task GetKey_SilentKmsInTheLastQuarter_TriedOnceInAnInterval()
    {
        await FindAsync(LastQuarter);
        _world.Kms.Answer(_ => null);
        await AskedAgainAsync();
        _world.Pass(Limits.RefreshInterval - TimeSpan.FromSeconds(1));
        int afterOne = _world.Kms.Received.Count;
        await AskedAgainAsync();
        Assert.HasCount(afterOne, _world.Kms.Received);
        Assert.AreEqual(0, _world.Time.ArmedTimers);

        _world.Pass(TimeSpan.FromSeconds(1));
        await AskedAgainAsync();
        Assert.HasCount(afterOne + 1, _world.Kms.Received);
    }

    [TestMethod]
    public async Task Settle_SilentKms_GivenUpAfterItsPatienceAndNothingRunsOn()
    {
        await FindAsync(LastQuarter);
        _world.Kms.Answer(_ => null);
        await AskedAgainAsync();
        Task settling = _world.Client.SettleAsync(Patience);
        _world.Pass(Patience - TimeSpan.FromMilliseconds(1));
        Assert.IsFalse(settling.IsCompleted);
        _world.Pass(TimeSpan.FromMilliseconds(1));
        await settling.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.AreEqual(0, _world.Time.ArmedTimers);
        Assert.AreEqual(KeySource.OwnTable, (await AskedAgainAsync()).Source);
    }

    [TestMethod]
    public async Task Settle_Cancelled_ThrowsAndNothingRunsOn()
    {
        await FindAsync(LastQuarter);
        _world.Kms.Answer(_ => null);
        await AskedAgainAsync();
        using CancellationTokenSource cancellation = new();
        Task settling = _world.Client.SettleAsync(Patience, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => settling);
        Assert.AreEqual(0, _world.Time.ArmedTimers);
    }

    [TestMethod]
    public async Task Settle_ARefreshThatSomebodyElseWaitsFor_GivenUpWithoutThem()
    {
        await FindAsync(LastQuarter);
        _world.Kms.Script = received => [(TimeSpan.FromSeconds(1), _world.Answer(received))];
        await AskedAgainAsync();
        Task<KeyResult> other = _world.Client.RefreshKeyAsync(ClientWorld.HostB.Name, Use.Identity);
        await _world.Client.SettleAsync(TimeSpan.Zero).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.AreEqual(KeySource.Network, (await _world.FinishAsync(other) as KeyFound)?.Source);
        Assert.HasCount(2, _world.Kms.Received);
    }

    [TestMethod]
    public async Task Refresh_WithANewKey_TheNextCallerGetsIt()
    {
        await FindAsync(LastQuarter);
        _world.Kms.Answer(received => _world.Answer(received, attestation: row => row with { Key = ClientWorld.NewKeyOfB }));
        Assert.AreEqual(ClientWorld.HostB.PublicKey, (await AskedAgainAsync()).Key);
        await _world.Client.SettleAsync(Patience);
        Assert.AreEqual(ClientWorld.NewKeyOfB, (await AskedAgainAsync()).Key);
    }

    [TestMethod]
    public async Task Refresh_RefusedOrForged_TheEntryStays()
    {
        await FindAsync(LastQuarter);
        _world.Kms.Answer(received => _world.Unsolved(received, Reason.NotFound));
        await AskedAgainAsync();
        _world.Pass(Limits.RefreshInterval);
        _world.Kms.Answer(received => _world.Answer(received, by: ClientWorld.Stranger));
        await AskedAgainAsync();
        _world.Pass(Limits.RefreshInterval);
        KeyFound found = await AskedAgainAsync();
        Assert.AreEqual(ClientWorld.HostB.PublicKey, found.Key);
        Assert.AreEqual(KeySource.OwnTable, found.Source);
    }

    [TestMethod]
    public async Task Refresh_TooManyInquiries_TheEntryIsHandedOutAllTheSame()
    {
        ClientWorld world = new(maximumInquiries: 1);
        await world.AskAsync();
        world.Pass(LastQuarter);
        world.Kms.Answer(_ => null);
        Task<KeyResult> other = world.Client.GetKeyAsync(ClientWorld.HostB.Name, Use.Parse("ssh"));
        Assert.IsInstanceOfType<KeyFound>(await world.Client.GetKeyAsync(ClientWorld.HostB.Name, Use.Identity));
        await world.Client.SettleAsync(TimeSpan.Zero);
        Assert.IsInstanceOfType<KeyFailed>(await world.FinishAsync(other));
    }

    /// <summary>Has B's key found, and lets time pass.</summary>
    private async Task FindAsync(TimeSpan then)
    {
        Assert.IsInstanceOfType<KeyFound>(await _world.AskAsync());
        _world.Pass(then);
    }

    private Task<KeyResult> Ask() => _world.Client.GetKeyAsync(ClientWorld.HostB.Name, Use.Identity);

    private async Task<KeyFound> AskedAgainAsync()
    {
        Task<KeyResult> asking = Ask();
        Assert.IsTrue(asking.IsCompletedSuccessfully, "it must be handed out at once");
        return (KeyFound)await asking;
    }
}
