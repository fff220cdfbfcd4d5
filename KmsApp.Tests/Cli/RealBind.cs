using System.Diagnostics;
using System.Globalization;
using System.Net;
using Kms.Cli;
using Kms.Protocol;

namespace KmsApp.Tests.Cli;

/// <summary>Debian's <c>named</c> on loopback: the primary server of zones that may be updated with some keys and not with others, and of one that nobody may update.</summary>
internal sealed class RealBind : IAsyncDisposable
{
    internal const string Zone = "b.a.xx";
    internal const string StaticZone = "c.a.xx";
    internal const string OtherZone = "e.a.xx";
    internal const string ReadOnlyKey = "readonly.key";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kms-bind-");
    private Process? _process;
    private string _log = "";

    internal IPEndPoint Address { get; } = UnusedPort.Take();

    /// <summary>A file: that of a key has its name.</summary>
    internal string KeyFile(string key) => Path.Combine(_folder.FullName, key);

    /// <summary>A key of this algorithm that may change the zones.</summary>
    internal static string NameOf(TsigAlgorithm algorithm) => $"update.{algorithm.Name()}";

    internal static async Task<RealBind> StartAsync()
    {
        RealBind bind = new();
        try
        {
            await bind.StartProcessAsync();
            return bind;
        }
        catch
        {
            await bind.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        _folder.Delete(recursive: true);
    }

    private async Task StartProcessAsync()
    {
        string[] updating = [.. Enum.GetValues<TsigAlgorithm>().Select(NameOf)];
        foreach (string key in (string[])[.. updating, ReadOnlyKey])
        {
            string algorithm = key == ReadOnlyKey ? "hmac-sha256" : key["update.".Length..];
            (int code, string text, _) = await Tool.RunAsync("tsig-keygen", ["-a", algorithm, key]);
            Assert.AreEqual(0, code, text);
            await File.WriteAllTextAsync(KeyFile(key), text);
        }
        foreach (string zone in (string[])["zone", "static", "other"])
            await File.WriteAllTextAsync(KeyFile(zone), "$TTL 60\n@ IN SOA ns admin 1 3600 600 86400 60\n@ IN NS ns\nns IN A 127.0.0.1\n");
        string configuration = KeyFile("named.conf");
        string grants = string.Concat(updating.Select(key => $"grant {key} zonesub TXT; "));
        string keys = string.Concat(((string[])[.. updating, ReadOnlyKey]).Select(key => $"include \"{KeyFile(key)}\";\n"));
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $$"""
            options {
              directory "{{_folder.FullName}}"; pid-file none; session-keyfile none; listen-on-v6 { none; };
              listen-on port {{Address.Port}} { 127.0.0.1; };
              recursion no; notify no; dnssec-validation no; empty-zones-enable no;
            };
            controls { };
            {{keys}}
            zone "{{Zone}}" { type primary; file "zone"; update-policy { {{grants}} }; };
            zone "{{StaticZone}}" { type primary; file "static"; };
            zone "{{OtherZone}}" { type primary; file "other"; update-policy { {{grants}} }; };

            """));
        _process = Tool.Start(new("named", ["-4", "-g", "-n", "1", "-c", configuration]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true });
        _process.ErrorDataReceived += (_, line) => _log += line.Data + "\n";
        _process.BeginErrorReadLine();
        DnsExchange exchange = new(new SocketDnsWire(), TimeProvider.System);
        DnsMessage question = new() { Questions = [new DnsQuestion(Zone, DnsType.Soa)] };
        ExchangeSchedule schedule = new([.. Enumerable.Range(0, 200).Select(i => TimeSpan.FromMilliseconds(50 * i))], TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
        DnsExchangeResult result = await exchange.AskAsync(Address, question, schedule, response => response.AuthoritativeAnswer, default);
        Assert.IsTrue(result.IsAnswered, $"named does not answer:\n{_log}");
    }
}
