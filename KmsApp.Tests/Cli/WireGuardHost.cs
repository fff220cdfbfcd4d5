using Kms.Cli;
using Kms.Lab;
using Kms.Protocol;

namespace KmsApp.Tests.Cli;

/// <summary>A host of the lab with WireGuard in a namespace of its own, in user space where the kernel has none.</summary>
internal sealed class WireGuardHost : IAsyncDisposable
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(20);

    private readonly LabHost _host;
    private readonly JoinedNamespaces.Side _side;
    private readonly CommandHost _commands;
    private readonly Daemon _daemon;
    private readonly string _address;

    private WireGuardHost(Hierarchy hierarchy, LabHost host, JoinedNamespaces.Side side, string address)
    {
        (_host, _side, _address) = (host, side, address);
        _commands = new CommandHost(host, hierarchy.Top) { Time = hierarchy.Time };
        _daemon = new Daemon("ip", side.Inside("wireguard-go", "--foreground", Interface));
    }

    internal DomainName Name => _host.Name;

    /// <summary>How often the command has run that loads what was exported.</summary>
    internal int Loads => File.ReadAllLines(_commands.FileOf("loads")).Length;

    /// <summary>The sockets by which interfaces are configured are those of the whole machine, and so are their names.</summary>
    internal string Interface => "w" + _side.Interface;

    internal static async Task<WireGuardHost> StartAsync(Hierarchy hierarchy, LabHost host, JoinedNamespaces.Side side, string address)
    {
        WireGuardHost made = new(hierarchy, host, side, address);
        await Eventually.HappensAsync(async () => (await made.WgAsync("show", made.Interface)).Code == 0, Start, () => $"WireGuard runs: {made._daemon.Log}");
        await side.IpAsync("address", "add", $"{address}/24", "dev", made.Interface);
        await side.IpAsync("link", "set", made.Interface, "up");
        return made;
    }

    /// <summary>Makes the host's next key and publishes it. WireGuard has it only after <see cref="LoadAsync"/>.</summary>
    internal async Task NewKeyAsync()
    {
        string secret = (await Tool.MakeAsync("wg", ["genkey"])).Trim();
        await File.WriteAllTextAsync(_commands.FileOf("own.conf"), $"[Interface]\nPrivateKey = {secret}\nListenPort = 51820\n");
        string key = (await Tool.MakeAsync("wg", ["pubkey"], secret)).Trim();
        _host.Kms.Zone.Publish(new KeyRecord(Name, Use.Parse("wireguard"), X25519.FromRaw(Convert.FromBase64String(key)), null, null));
    }

    /// <summary>Runs the export for the other host, which loads what has changed.</summary>
    internal async Task ExportAsync(WireGuardHost other)
    {
        Directory.CreateDirectory(_commands.FileOf("peers"));
        CommandRun run = await _commands.RunAsync(
            "export", "wireguard", other.Name.Value, "--endpoint", other._side.Address, "--allowed-ips", other._address, "--out", _commands.FileOf("peers/other.conf"),
            "--apply-command", $"echo >> '{_commands.FileOf("loads")}'; {LoadCommand}");
        Assert.AreEqual(0, run.Code, run.Error);
    }

    /// <summary>Takes the own key into use.</summary>
    internal Task LoadAsync() => Tool.MakeAsync("sh", ["-c", LoadCommand]);

    /// <summary>The keys of the peers that WireGuard has.</summary>
    internal async Task<string[]> PeersAsync() => (await WgAsync("show", Interface, "peers")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        _commands.Dispose();
    }

    private string LoadCommand => $"cat '{_commands.FileOf("own.conf")}' '{_commands.FileOf("peers")}'/*.conf | ip netns exec {_side.Namespace} wg syncconf {Interface} /dev/stdin";

    private Task<CommandRun> WgAsync(params string[] args) => _side.RunAsync(["wg", .. args]);
}
