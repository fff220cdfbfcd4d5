using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>
/// What the app costs ordinary DNS on a real server: no test but a measurement, run when <c>KMS_COST=1</c>. Servers without the
/// app, with it idle, and with it enabled and 10,000 keys in its zone are asked in turn, round after round; the ratio of each
/// round counts, since the machine changes from one to the next. A second server without the app shows how much noise there is.
/// </summary>
[TestClass]
[TestCategory("Cost")]
public sealed partial class OrdinaryDnsCost
{
    private const int Keys = 10_000;
    private const int Rounds = 15;
    private const string SecondsOfARun = "2";
    private const string Zone = "b.a.xx";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task OrdinaryQueries_WithAndWithoutTheApp_AreCompared()
    {
        if (Environment.GetEnvironmentVariable("KMS_COST") != "1") Assert.Inconclusive("This measures for minutes: set KMS_COST=1.");
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "dnsperf"))))
            Assert.Inconclusive("dnsperf is not installed.");
        await using RealServer without = await StartAsync("without");
        await using RealServer again = await StartAsync("again");
        await using RealServer idle = await StartAsync("idle");
        await idle.InstallAsync();
        await using RealServer enabled = await StartAsync("enabled");
        RealKms kms = new("kms1." + Zone, Zone, enabled);
        await enabled.InstallAsync();
        await kms.ConfigureAsync(kms.Own());
        await PublishKeysAsync(enabled);

        string queries = Path.Combine(without.Folder, "queries.txt");
        await File.WriteAllTextAsync(queries, $"www.{Zone} A\nmail.{Zone} MX\ntext.{Zone} TXT\nnobody.{Zone} A\n", Encoding.ASCII);
        RealServer[] servers = [without, again, idle, enabled];
        foreach (RealServer server in servers) await RunAsync(server, queries); // warm

        List<double>[] ratios = [[], [], [], []];
        double fastest = 0;
        for (int round = 0; round < Rounds; round++)
        {
            double[] rates = new double[servers.Length];
            for (int i = 0; i < servers.Length; i++)
            {
                int at = (round + i) % servers.Length; // nobody is always first
                rates[at] = await RunAsync(servers[at], queries);
            }
            fastest = Math.Max(fastest, rates.Max());
            for (int i = 0; i < servers.Length; i++) ratios[i].Add(rates[i] / rates[0]);
        }
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture, $"Ordinary queries, {Rounds} rounds of {SecondsOfARun} s each, {fastest:N0} a second at the best; the median of the rounds' ratios to the server without the app:");
        string[] names = ["", "a second server without the app", "the app idle", $"the app enabled, {Keys:N0} keys in its zone"];
        for (int i = 1; i < servers.Length; i++)
        {
            double[] sorted = [.. ratios[i].Order()];
            report.AppendLine(CultureInfo.InvariantCulture, $"  {sorted[Rounds / 2]:0.000}  ({sorted[0]:0.000} to {sorted[^1]:0.000})  {names[i]}");
        }
        TestContext.WriteLine(report.ToString());
        Console.WriteLine(report);
    }

    private static async Task<RealServer> StartAsync(string name)
    {
        RealServer server = await RealServer.StartAsync($"{name}.test");
        await server.Api.CreateZoneAsync(Zone);
        await server.Api.AddRecordAsync(Zone, $"www.{Zone}", "A", ("ipAddress", "192.0.2.80"));
        await server.Api.AddRecordAsync(Zone, $"mail.{Zone}", "MX", ("exchange", $"www.{Zone}"), ("preference", "10"));
        await server.Api.AddTxtAsync(Zone, $"text.{Zone}", "v=spf1 -all");
        return server;
    }

    private static async Task PublishKeysAsync(RealServer server)
    {
        using SigningKey key = KeyImporter.Generate();
        await Parallel.ForAsync(0, Keys, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            DomainName host = DomainName.Parse($"host-{i}.{Zone}");
            await server.Api.AddTxtAsync(Zone, KeyRecord.OwnerOf(host), MessageText.Of(new KeyRecord(host, default, key.PublicKey, null, null)).ToString());
        });
    }

    private static async Task<double> RunAsync(RealServer server, string queries)
    {
        ProcessStartInfo start = new("dnsperf", ["-s", server.Dns.Address.ToString(), "-p", server.Dns.Port.ToString(CultureInfo.InvariantCulture), "-d", queries, "-l", SecondsOfARun, "-c", "4", "-q", "100", "-e"])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Match rate = Rate().Match(output), lost = Lost().Match(output);
        Assert.IsTrue(rate.Success && lost.Success, output);
        Assert.IsLessThan(100, int.Parse(lost.Groups[1].Value, CultureInfo.InvariantCulture), output);
        return double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Queries per second:\s+([0-9.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"Queries lost:\s+([0-9]+)")]
    private static partial Regex Lost();
}
