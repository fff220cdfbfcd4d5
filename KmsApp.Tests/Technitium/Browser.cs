using Microsoft.Playwright;

namespace KmsApp.Tests;

/// <summary>A Chromium without a window, as the distribution has it, which reaches one server and nothing else.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private const string ProgramVariable = "KMS_CHROMIUM";
    private const string ScreenshotsVariable = "KMS_WRITE_SCREENSHOTS";
    private const string UsualProgram = "/usr/bin/chromium";
    private const float PatienceMilliseconds = 20_000;

    private static readonly ViewportSize Window = new() { Width = 1100, Height = 640 };

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    /// <summary>Starts it; a test that asks for it is inconclusive without one.</summary>
    internal static async Task<Browser> StartAsync()
    {
        string program = Environment.GetEnvironmentVariable(ProgramVariable) ?? UsualProgram;
        if (!File.Exists(program)) Assert.Inconclusive($"There is no {program}: install the package chromium, or name the program in {ProgramVariable}.");
        IPlaywright playwright = await Playwright.CreateAsync();
        try
        {
            return new Browser(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = program,
                Headless = true,
                Args =
                [
                    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.*",
                ],
            }));
        }
        catch
        {
            playwright.Dispose();
            throw;
        }
    }

    /// <summary>Opens the console of a server. What leads elsewhere is not let through.</summary>
    internal async Task<IPage> OpenAsync(RealServer server)
    {
        IBrowserContext context = await _browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = Window, Locale = "en-GB", TimezoneId = "UTC" });
        context.SetDefaultTimeout(PatienceMilliseconds);
        string origin = $"http://{server.Web}/";
        await context.RouteAsync("**/*", route => route.Request.Url.StartsWith(origin, StringComparison.Ordinal) ? route.ContinueAsync() : route.AbortAsync());
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(origin);
        return page;
    }

    /// <summary>Writes a picture for docs/OPERATING.md where the variable names a folder for it; else nothing.</summary>
    /// <param name="name">The name of the file, without its ending.</param>
    /// <param name="what">What is to be seen, cut to the window.</param>
    internal static async Task PictureAsync(string name, ILocator what)
    {
        if (Environment.GetEnvironmentVariable(ScreenshotsVariable) is not { Length: > 0 } folder) return;
        await what.ScreenshotAsync(new LocatorScreenshotOptions { Path = Path.Combine(Path.GetFullPath(folder), name + ".png"), Animations = ScreenshotAnimations.Disabled });
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
