using Kms.Client;

namespace KmsApp.Tests;

/// <summary>A zone on a primary and on a secondary server, with a KMS at each: both answer for the keys in it.</summary>
[TestClass]
[TestCategory(TechnitiumServer.Category)]
public sealed class RealSecondaryTests
{
    private static readonly TimeSpan Transfer = TimeSpan.FromSeconds(20);

    private static readonly RealHostParty Host = new("host-a.b.a.xx");
    private static RealKms _primary = null!;
    private static RealServer? _secondaryServer;
    private static RealKms _secondary = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        _primary = new RealKms("kms1.b.a.xx", "b.a.xx", await RealServer.StartAsync("ns1.b.a.xx"));
        await _primary.BeginAsync();
        await _primary.PublishAsync(Host);
        _secondaryServer = await RealServer.StartAsync("ns2.b.a.xx");
        _secondary = new RealKms("kms1.b.a.xx", "b.a.xx", _secondaryServer);
        await _primary.Server.Api.SetZoneOptionsAsync("b.a.xx", ("zoneTransfer", "Allow"));
        await _secondary.BeginAsync(_primary.Server);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (_secondaryServer is not null) await _secondaryServer.DisposeAsync();
        if (_primary is not null) await _primary.Server.DisposeAsync();
    }

    [TestMethod]
    public async Task GetKey_FromTheSecondary_IsTheSameKey()
    {
        Assert.AreNotEqual(_primary.PublicKey, _secondary.PublicKey, "Each server has a key of its own.");

        foreach (RealKms kms in (RealKms[])[_primary, _secondary]) await FindsAsync(kms, Host);
    }

    [TestMethod]
    public async Task GetKey_PublishedLater_IsFoundAtTheSecondaryAfterTheTransfer()
    {
        RealHostParty later = new("later.b.a.xx");
        Assert.IsInstanceOfType<KeyAbsent>(await Host.AskAsync(_secondary, _secondary, later.Name));

        await _primary.PublishAsync(later);
        await _secondary.Server.Api.CallAsync("zones/resync", ("zone", "b.a.xx")); // a server sends its NOTIFY to port 53 alone

        await FindsAsync(_secondary, later);
    }

    [TestMethod]
    public async Task GetKey_PrimaryDown_IsFoundAtTheSecondary()
    {
        await _primary.Server.RestartAsync(async () =>
        {
            KeyResult result = await Host.AskAsync(_secondary, _secondary, Host.Name);
            Assert.IsInstanceOfType<KeyFound>(result, result.Summary);
        });
    }

    [TestMethod]
    public async Task Log_AtTheEnd_HasNoExceptionOfOurs()
    {
        foreach (RealKms kms in (RealKms[])[_primary, _secondary]) ServerLogs.AssertNoExceptionOfOurs(await kms.Server.Api.LogAsync());
    }

    private static Task<TimeSpan> FindsAsync(RealKms kms, RealHostParty host)
    {
        KeyResult? result = null;
        return Eventually.HappensAsync(
            async () => (result = await Host.AskAsync(kms, kms, host.Name)) is KeyFound found && found.Key.Equals(host.Key.PublicKey), Transfer, () => $"the key is found; {result?.Summary}");
    }
}
