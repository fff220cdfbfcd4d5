using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>
/// The commands of docs/OPERATING.md, run from its first to its last block in one bash, as somebody does who follows the page with three
/// fresh servers. They answer at port 53, as everywhere; elsewhere the page's configurations would need "deliverTo". What the
/// commands print is compared with OPERATING.transcript.txt: a change there is a change of what the page promises.
/// </summary>
[TestClass]
[TestCategory(TechnitiumServer.Category)]
public sealed partial class RealOperatingTests
{
    private const string NotRun = "NOT RUN: ";
    private const string Mark = "=== ";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The addresses that the page uses for its servers, as its first settings say.</summary>
    private static readonly (string Name, string Dns, string Domain)[] Documented =
        [("dns1", "192.0.2.1:53", "dns1.b.a.xx"), ("dns0", "192.0.2.2:53", "dns0.a.xx"), ("dns2", "192.0.2.3:53", "dns2.c.a.xx")];

    private static readonly List<RealServer> Servers = [];

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        foreach (string domain in Documented.Select(server => server.Domain)) Servers.Add(await RealServer.StartAsync(domain, Spec.DnsPort));
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        foreach (RealServer server in Servers) await server.DisposeAsync();
    }

    [TestMethod]
    public async Task Page_EveryCommandInOrder_DoesWhatThePageSays()
    {
        List<CommandBlock> blocks = CommandBlock.Read(await File.ReadAllLinesAsync(FileOf("OPERATING.md")));
        string[] settings = Settings();
        Assert.AreEqual(settings.Length, blocks.Count(block => block.IsSettings), "The page has other settings than those that are put in here.");

        (int code, string output) = await RunAsync(Script(blocks, new Queue<string>(settings)));

        Assert.AreEqual(0, code, output);
        CollectionAssert.AreEqual(
            new[] { "dotnet build KmsApp -c Release -t:PackApp", "dotnet build Kms.Cli -c Release" },
            output.Split('\n').Where(line => line.StartsWith(NotRun, StringComparison.Ordinal)).Select(line => line[NotRun.Length..]).ToArray(),
            "These two are not run: what they make lies beside the tests.");
        Dictionary<string, string> outputs = output.Split(Mark, StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('\n', 2)).ToDictionary(part => part[0], part => Plain(part[1]));
        foreach (CommandBlock block in blocks.Where(block => block.Shown.Length > 0)) Assert.AreEqual(Plain(block.Shown), outputs[block.Title], $"{block.Title}: the page shows something else.");
        string transcript = string.Concat(blocks.Select(block => $"{Mark}{block.Title}\n{outputs[block.Title]}"));
        Assert.AreEqual(await File.ReadAllTextAsync(FileOf("OPERATING.transcript.txt")), transcript, $"The transcript is:{Environment.NewLine}{transcript}");
    }

    /// <summary>What stands in the place of the page's settings, in their order. Nothing else in the commands is another.</summary>
    private static string[] Settings() =>
    [
        $"""
        declare -A dns=({string.Join(' ', Documented.Zip(Servers, (server, real) => $"[{server.Name}]={real.Dns}"))})
        declare -A web=({string.Join(' ', Documented.Zip(Servers, (server, real) => $"[{server.Name}]={real.Web}"))})
        password={RealServerApi.Password}

        """,
        $"keys={Path.Combine(Servers[1].Folder, "apps", RealKms.AppName, "keys")}\n",
    ];

    /// <summary>One script: it ends at the first command that fails.</summary>
    private static string Script(List<CommandBlock> blocks, Queue<string> settings)
    {
        StringBuilder script = new();
        script.Append($"exec 2>&1\nset -euo pipefail\ndotnet() {{ if [ \"$1\" = build ]; then echo '{NotRun}'\"dotnet $*\"; else command dotnet \"$@\"; fi; }}\n");
        foreach (CommandBlock block in blocks) script.Append($"echo '{Mark}{block.Title}'\n{(block.IsSettings ? settings.Dequeue() : block.Commands)}");
        return script.ToString();
    }

    /// <summary>Runs the script in a folder where the two things that the page builds are in their places.</summary>
    private static async Task<(int Code, string Output)> RunAsync(string script)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("KmsApp.Operating.");
        try
        {
            folder.CreateSubdirectory("artifacts");
            File.Copy(InstalledApp.Zip, Path.Combine(folder.FullName, "artifacts", "KmsApp.zip"));
            folder.CreateSubdirectory("Kms.Cli/bin/Release");
            Directory.CreateSymbolicLink(Path.Combine(folder.FullName, "Kms.Cli/bin/Release/net10.0"), AppContext.BaseDirectory);
            foreach (string tool in (string[])["curl", "jq", "openssl"])
            {
                if (await RunAsync(folder, $"command -v {tool}") is (not 0, _)) Assert.Inconclusive($"There is no {tool}.");
            }

            return await RunAsync(folder, script);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(DirectoryInfo folder, string script)
    {
        ProcessStartInfo start = new("bash", ["-s"]) { WorkingDirectory = folder.FullName, RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["no_proxy"] = "*";
        using Process bash = Start(start);
        Task<string> output = bash.StandardOutput.ReadToEndAsync();

        // Read whole before it runs: a command that reads its input must not read the script.
        await bash.StandardInput.WriteAsync($"{{\n{script}\nexit 0\n}} < /dev/null\n");
        bash.StandardInput.Close();
        using var over = new CancellationTokenSource(Patience);
        try
        {
            await bash.WaitForExitAsync(over.Token);
        }
        catch (OperationCanceledException)
        {
            bash.Kill(entireProcessTree: true);
            Assert.Fail($"The commands did not end: {await output}");
        }

        return (bash.ExitCode, await output);

        static Process Start(ProcessStartInfo start)
        {
            try
            {
                return Process.Start(start)!;
            }
            catch (Win32Exception)
            {
                Assert.Inconclusive("There is no bash.");
                throw;
            }
        }
    }

    /// <summary>An output without what is another one at every run: addresses, folders, keys, fingerprints, times.</summary>
    private static string Plain(string output)
    {
        foreach ((string name, string dns, _) in Documented) output = Whole(output, dns, name);
        foreach (((string name, _, _), RealServer server) in Documented.Zip(Servers)) output = Whole(output, server.Dns.ToString(), name).Replace(server.Folder, $"FOLDER OF {name}", StringComparison.Ordinal);
        output = OwnFolder().Replace(output, "FOLDER");
        output = Time().Replace(output, "TIME");
        return Numbered(Key(), Numbered(Fingerprint(), output, "FINGERPRINT"), "KEY");

        // Equal ones stay equal, and different ones different.
        static string Numbered(Regex pattern, string text, string word)
        {
            List<string> seen = [];
            return pattern.Replace(text, match =>
            {
                if (!seen.Contains(match.Value)) seen.Add(match.Value);
                return $"{word}{seen.IndexOf(match.Value) + 1}";
            });
        }

        static string Whole(string text, string address, string name) => Regex.Replace(text, $@"{Regex.Escape(address)}(?!\d)", name);
    }

    private static string FileOf(string name) => Path.Combine(AppContext.BaseDirectory, "Technitium", name);

    [GeneratedRegex("MFkw[A-Za-z0-9+/]+=*")]
    private static partial Regex Key();

    /// <summary>The folder in which the commands run.</summary>
    [GeneratedRegex(@"/\S*/KmsApp\.Operating\.\w+")]
    private static partial Regex OwnFolder();

    [GeneratedRegex("(?<=(fingerprint|formerly|SHA-256) )[A-Za-z0-9+/]+=*")]
    private static partial Regex Fingerprint();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(Z| UTC)")]
    private static partial Regex Time();
}
