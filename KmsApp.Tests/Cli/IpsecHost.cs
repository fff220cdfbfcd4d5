using System.Security.Cryptography;
using Kms.Lab;
using Kms.Protocol;

namespace KmsApp.Tests.Cli;

/// <summary>A host of the lab with strongSwan in a namespace of its own: ESP in user space, so that the kernel need not have it.</summary>
internal sealed class IpsecHost : IAsyncDisposable
{
    private const string Plugins = "pem pkcs8 pkcs1 pubkey openssl random nonce x509 kdf hmac sha1 sha2 aes gcm vici kernel-libipsec kernel-netlink socket-default";

    private static readonly TimeSpan Start = TimeSpan.FromSeconds(20);

    private readonly LabHost _host;
    private readonly JoinedNamespaces.Side _side;
    private readonly CommandHost _commands;
    private readonly Daemon _charon;

    private IpsecHost(Hierarchy hierarchy, LabHost host, JoinedNamespaces.Side side)
    {
        (_host, _side) = (host, side);
        _commands = new CommandHost(host, hierarchy.Top) { Time = hierarchy.Time };
        File.WriteAllText(_commands.FileOf("strongswan.conf"), $$"""
            charon-systemd {
              load = {{Plugins}}
              plugins { vici { socket = {{Vici}} } }
              filelog { log { path = {{_commands.FileOf("charon.log")}}
                default = 1
                flush_line = yes } }
            }
            """);
        _charon = new Daemon("ip", side.Inside("env", $"STRONGSWAN_CONF={_commands.FileOf("strongswan.conf")}", "/usr/sbin/charon-systemd"));
    }

    internal DomainName Name => _host.Name;

    /// <summary>What strongSwan has said.</summary>
    internal string Log => File.Exists(_commands.FileOf("charon.log")) ? File.ReadAllText(_commands.FileOf("charon.log")) : _charon.Log;

    /// <summary>How often the command has run that loads what was exported.</summary>
    internal int Loads => File.Exists(_commands.FileOf("loads")) ? File.ReadAllLines(_commands.FileOf("loads")).Length : 0;

    /// <summary>Where it is told what to do.</summary>
    internal string Vici => $"unix://{_commands.FileOf("vici")}";

    /// <summary>The folder of strongSwan's configuration.</summary>
    internal string Swanctl => _commands.FileOf("swanctl");

    internal static async Task<IpsecHost> StartAsync(Hierarchy hierarchy, LabHost host, JoinedNamespaces.Side side, string network)
    {
        IpsecHost made = new(hierarchy, host, side);
        await side.IpAsync("address", "add", network.Replace("0/24", "1/24", StringComparison.Ordinal), "dev", "lo");
        Directory.CreateDirectory(made.Swanctl);
        await File.WriteAllTextAsync(Path.Combine(made.Swanctl, "swanctl.conf"), "include conf.d/*.conf\n");
        await Eventually.HappensAsync(async () => (await made.SwanctlAsync("--version", "--daemon")).Code == 0, Start, () => $"charon runs: {made.Log}");
        return made;
    }

    /// <summary>Makes the host's next key and publishes it. strongSwan has it only after the next export.</summary>
    internal void NewKey()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(_commands.FileOf("ipsec.pem"), key.ExportPkcs8PrivateKeyPem());
        _host.Kms.Zone.Publish(new KeyRecord(Name, Use.Parse("ipsec"), PublicKey.Parse(Convert.ToBase64String(key.ExportSubjectPublicKeyInfo())), null, null));
    }

    /// <summary>Runs the export for the other host, which loads what has changed.</summary>
    internal async Task ExportAsync(IpsecHost other, string local, string remote)
    {
        string apply = $"echo >> '{_commands.FileOf("loads")}'; SWANCTL_DIR='{Swanctl}' ip netns exec {_side.Namespace} swanctl --load-all --uri '{Vici}' > '{_commands.FileOf("load.log")}' 2>&1";
        CommandRun run = await _commands.RunAsync(
            "export", "swanctl", other.Name.Value, "--out", Swanctl, "--key", _commands.FileOf("ipsec.pem"), "--endpoint", other._side.Address,
            "--local-ts", local, "--remote-ts", remote, "--start-action", "none", "--apply-command", apply);
        Assert.AreEqual(0, run.Code, run.Error + (File.Exists(_commands.FileOf("load.log")) ? File.ReadAllText(_commands.FileOf("load.log")) : ""));
    }

    /// <summary>Begins the connection.</summary>
    internal Task<CommandRun> InitiateAsync(IpsecHost other) => SwanctlAsync("--initiate", "--child", ConnectionWith(other), "--timeout", "10");

    internal Task<CommandRun> TerminateAsync(IpsecHost other) => SwanctlAsync("--terminate", "--ike", ConnectionWith(other), "--force", "--timeout", "5");

    /// <summary>The connections that stand.</summary>
    internal async Task<string> ListAsync() => (await SwanctlAsync("--list-sas")).Output;

    public async ValueTask DisposeAsync()
    {
        await _charon.DisposeAsync();
        _commands.Dispose();
    }

    private Task<CommandRun> SwanctlAsync(params string[] args) => _side.RunAsync(["env", $"SWANCTL_DIR={Swanctl}", "swanctl", .. args, "--uri", Vici]);

    private static string ConnectionWith(IpsecHost other) => other.Name.Value.Replace('.', '_');
}
