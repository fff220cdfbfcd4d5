using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>
/// What others use: the domains xx, a.xx and c.a.xx signed with P-256, each served by an nsd of its own, keys of hosts as IPSECKEY records,
/// and a validating unbound in front that trusts xx alone. Four servers as in Fig. 7. They listen on port 53, so they need a
/// network namespace of their own, and its root.
/// </summary>
internal sealed class DnssecServers : IAsyncDisposable
{
    private const string Domain = "c.a.xx";
    private const ushort Ipseckey = 45;
    private const int KeyBytes = 64;

    private static readonly string[] Zones = ["xx", "a.xx", Domain];
    private static readonly string[] Programs = ["unbound", "nsd", "ldns-keygen", "ldns-signzone"];
    private static readonly IPEndPoint Resolver = new(IPAddress.Parse("127.9.0.9"), 53);

    private readonly string _folder = Directory.CreateTempSubdirectory("Kms.Benchmarks.").FullName;
    private readonly List<Process> _processes = [];
    private int _used;

    private DnssecServers() { }

    /// <summary>What is not installed; none: all is there.</summary>
    public static IReadOnlyList<string> Missing => [.. Programs.Where(program => PathOf(program) is null)];

    /// <summary>Processor time and memory of all four.</summary>
    public ProcessUse Use => new([.. _processes.Select(process => process.Id)]);

    /// <summary>Signs the zones and starts the servers.</summary>
    /// <param name="names">How many hosts have keys.</param>
    public static async Task<DnssecServers> StartAsync(int names)
    {
        DnssecServers servers = new();
        try
        {
            await servers.SignAsync(names);
            for (int i = 0; i < Zones.Length; i++) servers.StartZone(i);
            servers.StartResolver();
            await servers.WaitAsync();
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>A load for the resolver.</summary>
    public static LoadPlan Plan(TimeSpan length) => new(Resolver, Mix.Of(PacketKind.Ipseckey), length);

    /// <summary>Queries for names that were never asked for.</summary>
    public PacketPool Cold(int count)
    {
        int first = _used;
        _used += count;
        byte[][] packets = [.. Enumerable.Range(first, count).Select(i => Query(i))];
        return new PacketPool(PacketKind.Ipseckey, packets, isEndless: false, (number, response, _) =>
            !DnsMessage.TryRead(response, out DnsMessage? message, out DnsFault fault) ? $"query {number} got something malformed ({fault})" : !message.AuthenticData ? "not validated" : message.Answers.Count == 0 ? "no key" : null);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _processes)
        {
            if (!process.HasExited) await RunAsync("kill", "-TERM", process.Id.ToString(CultureInfo.InvariantCulture));
            await process.WaitForExitAsync();
            process.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private static string AddressOf(int zone) => string.Create(CultureInfo.InvariantCulture, $"127.9.0.{zone + 1}");

    private static byte[] Query(int number) => new DnsMessage
    {
        RecursionDesired = true,
        AuthenticData = true, // the sender understands it
        Questions = [new DnsQuestion(string.Create(CultureInfo.InvariantCulture, $"cold{number}.{Domain}"), (DnsType)Ipseckey)],
        Edns = new Edns(),
    }.ToArray();

    private static string? PathOf(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin").Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>From the innermost zone outwards: each hands the digest of its key to the one above.</summary>
    private async Task SignAsync(int names)
    {
        string digest = "";
        for (int i = Zones.Length - 1; i >= 0; i--)
        {
            string zone = Zones[i], file = Path.Combine(_folder, zone);
            StringBuilder text = new();
            text.Append(CultureInfo.InvariantCulture, $"$ORIGIN {zone}.\n$TTL 3600\n@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A {AddressOf(i)}\n");
            if (i < Zones.Length - 1) text.Append(CultureInfo.InvariantCulture, $"{Zones[i + 1]}. NS ns.{Zones[i + 1]}.\nns.{Zones[i + 1]}. A {AddressOf(i + 1)}\n{digest}\n");
            else AddKeys(text, names);
            await File.WriteAllTextAsync(file, text.ToString());
            string key = (await RunAsync("ldns-keygen", "-a", "ECDSAP256SHA256", "-k", zone)).Trim();
            await RunAsync("ldns-signzone", "-f", file + ".signed", "-o", zone, file, key);
            digest = await File.ReadAllTextAsync(Path.Combine(_folder, key + ".ds"));
        }
        await File.WriteAllTextAsync(Path.Combine(_folder, "anchor"), digest);
    }

    private static void AddKeys(StringBuilder text, int names)
    {
        using SigningKey key = KeyImporter.Generate();
        string point = Convert.ToBase64String(key.PublicKey.Info.Span[^KeyBytes..]);
        for (int i = 0; i < names; i++) text.Append(CultureInfo.InvariantCulture, $"cold{i} IPSECKEY 10 0 3 . {point}\n");
    }

    private void StartZone(int i)
    {
        string configuration = Path.Combine(_folder, $"nsd{i}.conf");
        File.WriteAllText(configuration, $"""
            server:
                ip-address: {AddressOf(i)}
                server-count: 1
                username: ""
                zonesdir: "{_folder}"
                database: ""
                pidfile: ""
                logfile: "{_folder}/nsd{i}.log"
                xfrdfile: ""
                xfrdir: "{_folder}"
                zonelistfile: "{_folder}/nsd{i}.list"
                rrl-ratelimit: 0
                rrl-whitelist-ratelimit: 0
            remote-control:
                control-enable: no
            zone:
                name: {Zones[i]}
                zonefile: {Zones[i]}.signed
            """);
        Start("nsd", "-d", "-c", configuration);
    }

    private void StartResolver()
    {
        string configuration = Path.Combine(_folder, "unbound.conf");
        File.WriteAllText(configuration, $"""
            server:
                directory: "{_folder}"
                chroot: ""
                username: ""
                pidfile: ""
                use-syslog: no
                logfile: "{_folder}/unbound.log"
                interface: {Resolver.Address}
                port: {Resolver.Port}
                do-daemonize: no
                do-ip6: no
                do-not-query-localhost: no
                access-control: 127.0.0.0/8 allow
                num-threads: 1
                outgoing-range: 4096
                num-queries-per-thread: 2048
                msg-cache-size: 256m
                rrset-cache-size: 256m
                module-config: "validator iterator"
                trust-anchor-file: "{_folder}/anchor"
            remote-control:
                control-enable: no
            stub-zone:
                name: "xx"
                stub-addr: {AddressOf(0)}
            """);
        Start("unbound", "-d", "-c", configuration);
    }

    private async Task WaitAsync()
    {
        for (int attempt = 0; attempt < 50; attempt++)
        {
            LoadResult result = await LoadGenerator.RunAsync(Plan(TimeSpan.FromMilliseconds(200)) with { Concurrency = 1, CheckOneOf = 1, Patience = TimeSpan.FromSeconds(1) }, new PacketPool(PacketKind.Ipseckey, [Query(_used)], isEndless: false));
            if (result.Of(PacketKind.Ipseckey, Outcome.Answered) > 0)
            {
                _used++;
                return;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
        string log = string.Join(Environment.NewLine, Directory.GetFiles(_folder, "*.log").SelectMany(File.ReadLines).TakeLast(20));
        throw new InvalidOperationException($"unbound does not answer.{Environment.NewLine}{log}");
    }

    private void Start(string program, params string[] arguments) =>
        _processes.Add(Process.Start(new ProcessStartInfo(PathOf(program)!, arguments) { WorkingDirectory = _folder, RedirectStandardInput = true })!);

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(PathOf(program)!, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}
