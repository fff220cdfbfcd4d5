using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>A real server as a process of its own, on a loopback address of its own, with a settings folder that goes with it.</summary>
internal sealed class RealServer : IAsyncDisposable
{
    internal const int DnsPort = 5300;
    internal const int WebPort = 5380;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _program = Path.Combine(TechnitiumServer.Folder(), "DnsServerApp.dll");
    private Process? _process;

    private RealServer(string serverDomain, IPAddress address, int dnsPort)
    {
        ServerDomain = serverDomain;
        Dns = new IPEndPoint(address, dnsPort);
        Web = new IPEndPoint(address, WebPort);
        Api = new RealServerApi(Web);
        ServerFolder.Prepare(Folder, serverDomain, Dns);
    }

    /// <summary>The server's own name.</summary>
    internal string ServerDomain { get; }

    /// <summary>Where it answers DNS.</summary>
    internal IPEndPoint Dns { get; }

    /// <summary>Where its console and its API are.</summary>
    internal IPEndPoint Web { get; }

    /// <summary>Its settings folder.</summary>
    internal string Folder { get; } = Directory.CreateTempSubdirectory("KmsApp.Technitium.").FullName;

    internal RealServerApi Api { get; }

    internal bool IsRunning => _process is { HasExited: false };

    /// <summary>The process that runs it.</summary>
    internal int ProcessId => _process!.Id;

    /// <summary>The processor time that the server's process has used so far.</summary>
    internal TimeSpan ProcessorTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a server with fresh settings and logs in.</summary>
    /// <param name="serverDomain">The server's own name.</param>
    /// <param name="dnsPort">The port of DNS.</param>
    internal static async Task<RealServer> StartAsync(string serverDomain = "ns1.test", int dnsPort = DnsPort)
    {
        var server = new RealServer(serverDomain, FreeAddress(dnsPort), dnsPort);
        try
        {
            await server.StartProcessAsync();

            // The list of apps asks this name for new versions: with a zone of it here, nothing goes outside.
            await server.Api.CreateZoneAsync("technitium.com");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server in good order and starts it again with its settings.</summary>
    internal async Task RestartAsync(Func<Task>? meanwhile = null)
    {
        await StopProcessAsync();
        if (meanwhile is not null) await meanwhile();
        await StartProcessAsync();
    }

    /// <summary>Kills the server: it has no time to put anything in order.</summary>
    internal async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Starts a server that was killed, with its settings.</summary>
    internal Task StartAgainAsync() => StartProcessAsync();

    /// <summary>Installs the packed app under its name.</summary>
    internal Task InstallAsync() => Api.PutAppAsync(RealKms.AppName, InstalledApp.Zip);

    /// <summary>Waits until the server's log has something, and returns the log.</summary>
    internal async Task<string> LogWithAsync(Func<string, bool> isThere, string what)
    {
        string log = "";
        await Eventually.HappensAsync(async () => isThere(log = await Api.LogAsync()), TimeSpan.FromSeconds(20), () => $"{what} in the log of {ServerDomain}:{Environment.NewLine}{log}");
        return log;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopProcessAsync();
        }
        finally
        {
            Api.Dispose();
            Directory.Delete(Folder, recursive: true);
        }
    }

    private async Task StartProcessAsync()
    {
        var start = new ProcessStartInfo("dotnet", [_program, Folder, "--portable-app", "--stop-if-bind-fails"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string name in start.Environment.Keys.Except(["PATH", "HOME", "DOTNET_ROOT", "TMPDIR"]).ToArray()) start.Environment.Remove(name);
        start.Environment["DNS_SERVER_ADMIN_PASSWORD"] = RealServerApi.Password;
        start.Environment["DNS_SERVER_WEB_SERVICE_LOCAL_ADDRESSES"] = Web.Address.ToString();
        start.Environment["DNS_SERVER_WEB_SERVICE_HTTP_PORT"] = WebPort.ToString(CultureInfo.InvariantCulture);
        start.Environment["DNS_SERVER_LOG_FOLDER_PATH"] = "logs";
        start.Environment["DNS_SERVER_LOG_USING_LOCAL_TIME"] = "false";
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        await Eventually.HappensAsync(IsReadyAsync, Patience, () => $"the server at {Web} is ready");
    }

    private async Task<bool> IsReadyAsync()
    {
        Assert.IsTrue(IsRunning, $"The server at {Web} has ended.");
        try
        {
            await Api.LoginAsync();
            DnsMessage query = new() { Questions = [new DnsQuestion("ready.test", DnsType.A)] };
            await RawDns.AskUdpAsync(Dns, query.ToArray(), TimeSpan.FromSeconds(1));
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    private async Task StopProcessAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        using (process)
        {
            if (process.HasExited) return;
            using (Process stop = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)])) await stop.WaitForExitAsync();
            try
            {
                using var patience = new CancellationTokenSource(Patience);
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                throw;
            }
        }
    }

    /// <summary>An address of 127.0.0.0/8 that nobody uses: tests run side by side.</summary>
    private static IPAddress FreeAddress(int dnsPort)
    {
        for (int attempt = 0; ; attempt++)
        {
            var address = new IPAddress([127, (byte)RandomNumberGenerator.GetInt32(64, 250), (byte)RandomNumberGenerator.GetInt32(256), (byte)RandomNumberGenerator.GetInt32(1, 255)]);
            try
            {
                using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                udp.Bind(new IPEndPoint(address, dnsPort));
                foreach (int port in (int[])[dnsPort, WebPort])
                {
                    using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    tcp.Bind(new IPEndPoint(address, port));
                }
                return address;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
            {
                Assert.Inconclusive($"Port {dnsPort} may not be used here.");
            }
            catch (SocketException) when (attempt < 20)
            {
                // Taken; another one.
            }
        }
    }
}
