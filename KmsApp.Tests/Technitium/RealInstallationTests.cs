using Kms.Client;
using Kms.Protocol;
using Newtonsoft.Json.Linq;

namespace KmsApp.Tests;

/// <summary>The app's life on a real server: list, configuration, update, uninstall, restart, key file. One server, one KMS without neighbours.</summary>
[TestClass]
[TestCategory(TechnitiumServer.Category)]
public sealed class RealInstallationTests
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(30);
    private static readonly RealHostParty Host = new("host-a.b.a.xx");
    private static RealKms _kms = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        _kms = new RealKms("kms1.b.a.xx", "b.a.xx", await RealServer.StartAsync("ns1.b.a.xx"));
        await _kms.BeginAsync();
        await _kms.PublishAsync(Host);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (_kms is not null) await _kms.Server.DisposeAsync();
    }

    /// <summary>Every test finds the app installed, with the configuration and the key of the beginning.</summary>
    [TestInitialize]
    public async Task BeginAsync()
    {
        if (await _kms.Server.Api.FindAppAsync(RealKms.AppName) is null) await _kms.Server.InstallAsync();
        await _kms.ConfigureAsync(WithPlenty(_kms.Own()));
        AssertFound(await AskAsync());
    }

    [TestMethod]
    public async Task AppList_ShowsNameVersionDescriptionAndInterfaces()
    {
        JObject app = (await _kms.Server.Api.FindAppAsync(RealKms.AppName))!;

        Version version = typeof(App).Assembly.GetName().Version!;
        Assert.AreEqual($"{version.Major}.{version.Minor}", (string?)app["version"]);
        StringAssert.Contains((string?)app["description"], "key server", StringComparison.Ordinal);
        JObject only = (JObject)app["dnsApps"]!.Single();
        Assert.AreEqual("KmsApp.App", (string?)only["classPath"]);
        StringAssert.Contains((string?)only["description"], "key server", StringComparison.Ordinal);
        string[] implemented = [.. only.Properties().Where(property => property.Value.Type == JTokenType.Boolean && (bool)property.Value).Select(property => property.Name)];
        CollectionAssert.IsSubsetOf(new[] { "isRequestController", "isAuthoritativeRequestHandler", "isPostProcessor" }, implemented);
        foreach (string absent in (string[])["isAppRecordRequestHandler", "isRequestBlockingHandler", "isQueryLogger"]) CollectionAssert.DoesNotContain(implemented, absent);
        Assert.AreEqual(typeof(App).GetInterface("IDnsQueryLogs") is not null, implemented.Contains("isQueryLogs"));
    }

    [TestMethod]
    [DataRow("""{ "enableKms": true, "nam": "kms1.b.a.xx" }""", "nam")]
    [DataRow("""{ "enableKms": true, "domain": "b.a.xx" }""", "needs the name")]
    [DataRow("{ \"enableKms\": tru", "line 1")]
    public async Task Configuration_Wrong_IsRefusedWithTheAppsMessageWhileTheOldOneServesOn(string wrong, string message)
    {
        string? before = await _kms.Server.Api.AppConfigurationAsync(RealKms.AppName);

        RealServerException refusal = await Assert.ThrowsExactlyAsync<RealServerException>(() => _kms.Server.Api.ConfigureAppAsync(RealKms.AppName, wrong));

        StringAssert.StartsWith(refusal.Message, "dnsApp.config, line ", StringComparison.Ordinal);
        StringAssert.Contains(refusal.Message, message, StringComparison.Ordinal);
        Assert.AreEqual(before, await _kms.Server.Api.AppConfigurationAsync(RealKms.AppName));
        AssertFound(await AskAsync());
    }

    [TestMethod]
    public async Task Update_WhileInquiriesRun_TheServerLivesAndInquiriesRecover()
    {
        await using RunningInquiries load = new(_kms, Host);
        for (int i = 0; i < 3; i++)
        {
            await load.SomeAnswersAsync(Recovery);
            await _kms.Server.Api.PutAppAsync(RealKms.AppName, InstalledApp.Zip, isUpdate: true);
            await load.SomeAnswersAsync(Recovery);
        }

        await load.EndAsync();
        Assert.IsTrue(_kms.Server.IsRunning);
        Assert.AreEqual(0, load.OrdinaryFailures, $"of {load.OrdinaryAnswers} ordinary answers");
        AssertFound(await AskAsync());
    }

    [TestMethod]
    public async Task Uninstall_WhileInquiriesRun_TheServerLivesAndInquiriesRecoverAfterInstalling()
    {
        await using RunningInquiries load = new(_kms, Host);
        await load.SomeAnswersAsync(Recovery);
        await _kms.Server.Api.UninstallAppAsync(RealKms.AppName);
        Assert.IsNull(await _kms.Server.Api.FindAppAsync(RealKms.AppName));
        await load.SomeOrdinaryAnswersAsync(Recovery);
        await _kms.Server.InstallAsync();
        await _kms.ConfigureAsync(WithPlenty(_kms.Own()));
        await load.SomeAnswersAsync(Recovery);

        await load.EndAsync();
        Assert.IsTrue(_kms.Server.IsRunning);
        Assert.AreEqual(0, load.OrdinaryFailures, $"of {load.OrdinaryAnswers} ordinary answers");
    }

    [TestMethod]
    public async Task Restart_KeysAndConfigurationAreThere()
    {
        string? before = await _kms.Server.Api.AppConfigurationAsync(RealKms.AppName);

        await _kms.Server.RestartAsync();

        Assert.AreEqual(before, await _kms.Server.Api.AppConfigurationAsync(RealKms.AppName));
        Assert.AreEqual(_kms.PublicKey, await RealKms.ReadPublicKeyAsync(_kms.Server));
        await AnsweredWithTheOldKeyAsync();
    }

    [TestMethod]
    public async Task KeyFile_PathMistyped_NoNewIdentityIsMade()
    {
        string mistyped = Path.Combine(_kms.Server.Folder, "kns.pem");
        JObject configuration = WithPlenty(_kms.Own());
        configuration["privateKeyFile"] = mistyped;

        await _kms.ConfigureAsync(configuration);

        await _kms.Server.LogWithAsync(log => log.Contains($"The private key {mistyped} is missing", StringComparison.Ordinal), "the missing key");
        AssertNotReady(await AskAsync());
        Assert.IsFalse(File.Exists(mistyped));

        await _kms.ConfigureAsync(WithPlenty(_kms.Own()));
        await AnsweredWithTheOldKeyAsync();
    }

    [TestMethod]
    public async Task KeyFile_FolderGoneAtTheStart_NoNewIdentityIsMade()
    {
        string volume = Path.Combine(_kms.Server.Folder, "volume");
        string away = volume + ".away";
        string file = Path.Combine(volume, "kms.pem");
        Directory.CreateDirectory(volume);
        File.Copy(Path.Combine(_kms.Server.Folder, "kms.pem"), file);
        JObject configuration = WithPlenty(_kms.Own());
        configuration["privateKeyFile"] = file;
        await _kms.ConfigureAsync(configuration);
        await AnsweredWithTheOldKeyAsync();

        await _kms.Server.RestartAsync(() =>
        {
            Directory.Move(volume, away);
            return Task.CompletedTask;
        });

        await _kms.Server.LogWithAsync(log => log.Contains($"The private key {file} is missing", StringComparison.Ordinal), "the missing key");
        AssertNotReady(await AskAsync());
        Assert.IsFalse(Directory.Exists(volume));

        Directory.Move(away, volume);
        await _kms.ConfigureAsync(configuration);
        await AnsweredWithTheOldKeyAsync();
    }

    [TestMethod]
    public async Task Log_AtTheEnd_HasNoExceptionOfOurs() => ServerLogs.AssertNoExceptionOfOurs(await _kms.Server.Api.LogAsync());

    private static Task<KeyResult> AskAsync() => Host.AskAsync(_kms, _kms, Host.Name);

    private static Task<TimeSpan> AnsweredWithTheOldKeyAsync() =>
        Eventually.HappensAsync(async () => await AskAsync() is KeyFound, Recovery, () => "an inquiry is answered under the old key");

    private static JObject WithPlenty(JObject configuration)
    {
        JObject plenty = new() { ["perSecond"] = 100_000, ["burst"] = 100_000 };
        configuration["limits"] = new JObject { ["checksForHost"] = plenty, ["checksForAddress"] = plenty, ["signaturesForHost"] = plenty, ["inquiriesForHost"] = plenty };
        return configuration;
    }

    private static void AssertFound(KeyResult result)
    {
        Assert.IsInstanceOfType<KeyFound>(result, result.Summary);
        Assert.AreEqual(Host.Key.PublicKey, ((KeyFound)result).Key);
    }

    private static void AssertNotReady(KeyResult result)
    {
        Assert.IsInstanceOfType<KeyFailed>(result, result.Summary);
        Assert.AreEqual(ExtendedErrorCode.NotReady, ((KeyFailed)result).ExtendedError?.Code, result.Summary);
    }
}
