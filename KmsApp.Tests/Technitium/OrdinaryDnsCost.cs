using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>
/// What the app costs ordinary DNS on a real server: no test but a measurement, run when <c>KMS_COST=1</c>. One server is asked
/// without the app, with it idle, and with it enabled and 10,000 keys in its zone, in turn, round after round: the same process, since
/// two processes of the same program differ by more than the app does. The ratio within each round counts, since the machine changes
/// from one to the next. A second turn without the app shows how much noise is left.
/// </summary>
[TestClass]
[TestCategory("Cost")]
public sealed partial class OrdinaryDnsCost
{
    private const int Keys = 10_000;
    private const int Rounds = 20;
    private const string Zone = "b.a.xx";
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Run = TimeSpan.FromSeconds(3);

    private enum Turn
    {
        Without,
        WithoutAgain,
        Idle,
        Enabled,
    }

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task OrdinaryQueries_WithAndWithoutTheApp_AreCompared()
    {
        if (Environment.GetEnvironmentVariable("KMS_COST") != "1") Assert.Inconclusive("This measures for minutes: set KMS_COST=1.");
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "dnsperf"))))
            Assert.Inconclusive("dnsperf is not installed.");
        await using RealServer server = await StartAsync();
        RealKms kms = new("kms1." + Zone, Zone, server);
        await PublishKeysAsync(server);
        string queries = Path.Combine(server.Folder, "queries.txt");
        await File.WriteAllTextAsync(queries, $"www.{Zone} A\nmail.{Zone} MX\ntext.{Zone} TXT\nnobody.{Zone} A\n", Encoding.ASCII);
        Turn[] turns = Enum.GetValues<Turn>();
        foreach (Turn turn in turns) await TakeAsync(turn, kms, queries);

        List<Figures>[] ratios = [.. turns.Select(_ => new List<Figures>())];
        double fastest = 0;
        for (int round = 0; round < Rounds; round++)
        {
            Figures[] figures = new Figures[turns.Length];
            for (int i = 0; i < turns.Length; i++)
            {
                int at = (round + i) % turns.Length; // nobody is always first
                figures[at] = await TakeAsync(turns[at], kms, queries);
            }
            fastest = Math.Max(fastest, figures.Max(each => each.Rate));
            for (int i = 0; i < turns.Length; i++) ratios[i].Add(figures[i] / figures[0]);
        }
        StringBuilder report = new();
        report.AppendLine(CultureInfo.InvariantCulture, $"Ordinary queries, {Rounds} rounds of {Run.TotalSeconds} s for each turn, {fastest:N0} a second at the best. The median of the rounds' ratios to the turn without the app, and their quartiles:");
        report.AppendLine(CultureInfo.InvariantCulture, $"  {"queries a second",-24} {"processor time a query",-24}");
        string[] names = ["", "without the app again", "the app idle", $"the app enabled, {Keys:N0} keys in its zone"];
        for (int i = 1; i < turns.Length; i++) report.AppendLine($"  {Quartiles(ratios[i].Select(ratio => ratio.Rate)),-24} {Quartiles(ratios[i].Select(ratio => ratio.ProcessorTime)),-24} {names[i]}");
        TestContext.WriteLine(report.ToString());
        Console.WriteLine(report);
    }

    private static string Quartiles(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Length / 2]:0.000} ({sorted[sorted.Length / 4]:0.000} to {sorted[sorted.Length * 3 / 4]:0.000})");
    }

    /// <summary>Brings the server into the state of a turn, lets it settle, and measures it.</summary>
    private static async Task<Figures> TakeAsync(Turn turn, RealKms kms, string queries)
    {
        RealServer server = kms.Server;
        if (await server.Api.FindAppAsync(RealKms.AppName) is not null) await server.Api.UninstallAppAsync(RealKms.AppName);
        if (turn is Turn.Idle or Turn.Enabled) await server.InstallAsync();
        if (turn is Turn.Enabled) await kms.ConfigureAsync(kms.Own());
        await RunAsync(server, queries, WarmUp);
        return await RunAsync(server, queries, Run);
    }

    private static async Task<RealServer> StartAsync()
    {
        RealServer server = await RealServer.StartAsync();
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

    private static async Task<Figures> RunAsync(RealServer server, string queries, TimeSpan length)
    {
        TimeSpan before = server.ProcessorTime;
        ProcessStartInfo start = new("dnsperf", ["-s", server.Dns.Address.ToString(), "-p", server.Dns.Port.ToString(CultureInfo.InvariantCulture), "-d", queries, "-l", length.TotalSeconds.ToString(CultureInfo.InvariantCulture), "-c", "4", "-q", "100", "-e"])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        TimeSpan used = server.ProcessorTime - before;
        Match rate = Rate().Match(output), completed = Completed().Match(output), lost = Lost().Match(output);
        Assert.IsTrue(rate.Success && completed.Success && lost.Success, output);
        Assert.IsLessThan(100, int.Parse(lost.Groups[1].Value, CultureInfo.InvariantCulture), output);
        return new(double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture), used.TotalMicroseconds / int.Parse(completed.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"Queries completed:\s+([0-9]+)")]
    private static partial Regex Completed();

    [GeneratedRegex(@"Queries per second:\s+([0-9.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"Queries lost:\s+([0-9]+)")]
    private static partial Regex Lost();

    /// <summary>What a run shows.</summary>
    /// <param name="Rate">Queries a second.</param>
    /// <param name="ProcessorTime">The server's processor time a query, in microseconds.</param>
    private readonly record struct Figures(double Rate, double ProcessorTime)
    {
        public static Figures operator /(Figures one, Figures other) => new(one.Rate / other.Rate, one.ProcessorTime / other.ProcessorTime);
    }
}
