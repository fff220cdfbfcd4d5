using System.Text.RegularExpressions;
using Kms.Protocol;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KmsApp.Tests;

/// <summary>The app in the web console of a real server, by a real browser; the pictures of docs/OPERATING.md are taken here.</summary>
[TestClass]
[TestCategory(TechnitiumServer.Category)]
public sealed class ConsoleTests
{
    private const string Password = "a password of one's own";

    private const int WideWindow = 1600;

    private static readonly LocatorAssertionsToBeVisibleOptions Patiently = new() { Timeout = 20_000 };

    private static Browser? _browser;

    private RealServer? _server;
    private IPage? _page;

    private IPage Page => _page!;

    private RealServer Server => _server!;

    [ClassCleanup]
    public static async Task EndAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _browser = null;
    }

    [TestInitialize]
    public async Task BeginAsync()
    {
        TechnitiumServer.Folder();
        _browser ??= await Browser.StartAsync();
        _server = await RealServer.StartAsync("dns1.b.a.xx");

        // With the password of the first start the console logs in by itself, and asks for another one.
        await _server.Api.CallAsync("user/changePassword", ("pass", RealServerApi.Password), ("newPass", Password));
        _page = await _browser.OpenAsync(_server);
        await LoginAsync();
    }

    [TestCleanup]
    public async Task CleanUpAsync()
    {
        if (_page is not null) await _page.Context.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }

    [TestMethod]
    public async Task Install_TheZip_IsListedWithItsDescriptionAndWhatItDoes()
    {
        await OpenAppsAsync();
        await Page.GetByRole(AriaRole.Button, new() { Name = "Install", Exact = true }).First.ClickAsync();
        await Page.Locator("#txtInstallApp").FillAsync(RealKms.AppName);
        await Page.Locator("#fileAppZip").SetInputFilesAsync(InstalledApp.Zip);
        await Browser.PictureAsync("install", Page.Locator("#modalInstallApp .modal-content"));
        await Page.Locator("#btnInstallApp").ClickAsync();

        ILocator row = Page.Locator("#tableAppsBody tr", new() { HasText = RealKms.AppName }).First;
        await Expect(row).ToBeVisibleAsync(Patiently);
        await row.GetByText("More Details").ClickAsync();
        await Expect(row).ToContainTextAsync("KmsApp.App");
        foreach (string label in (string[])["Access Control", "Authoritative", "Post Processor", "Query Logs"]) await Expect(row.GetByText(label, new() { Exact = true })).ToBeVisibleAsync();
        await Expect(row).Not.ToContainTextAsync("Query Logger");
        Assert.AreEqual(RealKms.AppName, (string?)(await Server.Api.FindAppAsync(RealKms.AppName))?["name"]);
    }

    [TestMethod]
    public async Task Config_TrustPasted_IsSavedAndInForce()
    {
        await Server.InstallAsync();
        string configuration = Configuration();
        await OpenConfigAsync();
        await Expect(Page.Locator("#txtAppConfig")).ToHaveValueAsync(new Regex("\"enableKms\": false"));

        await FillConfigAsync(configuration);
        await Browser.PictureAsync("config", Page.Locator("#modalAppConfig .modal-content"));
        await Page.Locator("#btnAppConfig").ClickAsync();

        await Expect(Page.GetByText("App Config Saved!")).ToBeVisibleAsync(Patiently);
        Assert.AreEqual(configuration, (await Server.Api.AppConfigurationAsync(RealKms.AppName))?.ReplaceLineEndings("\n"));
        string log = await Server.LogWithAsync(text => text.Contains("Upper KMS kms0.a.xx, at 192.0.2.2:53", StringComparison.Ordinal), "the upper KMS");
        Assert.Contains("The KMS kms1.b.a.xx serves b.a.xx.", log);
    }

    [TestMethod]
    public async Task Config_Wrong_ShowsTheAppsMessageAndChangesNothing()
    {
        await Server.InstallAsync();
        await Server.Api.ConfigureAppAsync(RealKms.AppName, Configuration());
        string? before = await Server.Api.AppConfigurationAsync(RealKms.AppName);
        await OpenConfigAsync();

        await FillConfigAsync(Configuration().Replace("\"domain\": \"b.a.xx\"", "\"domian\": \"b.a.xx\"", StringComparison.Ordinal));
        await Page.Locator("#btnAppConfig").ClickAsync();

        ILocator alert = Page.Locator("#divAppConfigAlert");
        await Expect(alert).ToContainTextAsync("dnsApp.config, line 4, domian: there is no such key; did you mean \"domain\"?", new() { Timeout = 20_000 });
        await Browser.PictureAsync("mistake", Page.Locator("#modalAppConfig .modal-content"));
        await Expect(Page.Locator("#modalAppConfig")).ToBeVisibleAsync();
        Assert.AreEqual(before, await Server.Api.AppConfigurationAsync(RealKms.AppName));
    }

    [TestMethod]
    public async Task QueryLogs_AfterInquiries_ShowTheJournal()
    {
        RealKms kms = new("kms1.b.a.xx", "b.a.xx", Server);
        await kms.BeginAsync();
        RealHostParty a = new("host-a.b.a.xx"), b = new("host-b.b.a.xx"), stranger = new("stranger.b.a.xx");
        await kms.PublishAsync(a);
        await kms.PublishAsync(b);
        await a.AskAsync(kms, kms, b.Name);
        await a.AskAsync(kms, kms, DomainName.Parse("nobody.b.a.xx"));
        await RawDns.AskUdpAsync(Server.Dns, a.Inquire(kms, kms.Name, b.Name).ToArray());
        await Assert.ThrowsAsync<OperationCanceledException>(() => RawDns.AskUdpAsync(Server.Dns, stranger.Inquire(kms, kms.Name, b.Name).ToArray(), TimeSpan.FromSeconds(1)));

        await Page.SetViewportSizeAsync(WideWindow, 900); // the last column gets what the others leave
        await Page.Locator("#mainPanelTabListLogs a").ClickAsync();
        await Page.Locator("#logsTabListQueryLogs a").ClickAsync();
        await Page.Locator("#optQueryLogsAppName").SelectOptionAsync(RealKms.AppName);
        await Page.Locator("#btnQueryLogs").ClickAsync();

        ILocator rows = Page.Locator("#tableQueryLogsBody tr");
        await Expect(rows.Filter(new() { HasText = "attested by kms1.b.a.xx for host-a.b.a.xx" }).First).ToBeVisibleAsync(Patiently);
        await Expect(rows.Filter(new() { HasText = "unsolved: not-found, for host-a.b.a.xx" })).ToHaveCountAsync(1);
        await Expect(rows.Filter(new() { HasText = "abandoned: sender, as it says from stranger.b.a.xx" })).ToHaveCountAsync(1);
        await Browser.PictureAsync("journal", Page.Locator("#divQueryLogsTable"));

        await Page.Locator("#txtQueryLogQName").FillAsync("nobody.b.a.xx");
        await Page.Locator("#btnQueryLogs").ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await Expect(rows).ToContainTextAsync("unsolved: not-found");
    }

    private async Task LoginAsync()
    {
        await Page.Locator("#txtUser").FillAsync(RealServerApi.User);
        await Page.Locator("#txtPass").FillAsync(Password);
        await Page.Locator("#btnLogin").ClickAsync();
        await Expect(Page.Locator("#mainPanelTabListApps")).ToBeVisibleAsync(Patiently);
    }

    private Task OpenAppsAsync() => Page.Locator("#mainPanelTabListApps a").ClickAsync();

    private async Task OpenConfigAsync()
    {
        await OpenAppsAsync();
        await Page.Locator("#tableAppsBody tr", new() { HasText = RealKms.AppName }).First.GetByRole(AriaRole.Button, new() { Name = "Config" }).ClickAsync();
        await Expect(Page.Locator("#modalAppConfig")).ToBeVisibleAsync(Patiently);
    }

    /// <summary>Pastes a configuration, and looks at its beginning.</summary>
    private async Task FillConfigAsync(string text)
    {
        ILocator area = Page.Locator("#txtAppConfig");
        await area.FillAsync(text);
        await area.EvaluateAsync("area => area.scrollTop = 0");
    }

    /// <summary>As an administrator would paste it. Nothing is sent to the upper KMS, which is not there, since nobody asks.</summary>
    private static string Configuration()
    {
        using SigningKey upper = KeyImporter.Generate();
        return $$"""
            {
              "enableKms": true,
              "name": "kms1.b.a.xx",
              "domain": "b.a.xx",
              "upper": { "name": "kms0.a.xx", "addresses": ["192.0.2.2"], "publicKeys": ["{{upper.PublicKey}}"] },
              "trusted": [
                { "name": "kms0.a.xx", "domain": "a.xx", "publicKeys": ["{{upper.PublicKey}}"] }
              ]
            }
            """.ReplaceLineEndings("\n");
    }
}
