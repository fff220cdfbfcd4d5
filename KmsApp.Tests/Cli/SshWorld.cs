using System.Diagnostics;
using System.Globalization;
using Kms.Cli;
using Kms.Lab;
using Kms.Protocol;
using KmsApp.Tests.Lab;

namespace KmsApp.Tests.Cli;

/// <summary>A hierarchy, a real sshd on loopback with an Ed25519 and an ECDSA key, and the configuration of a real ssh that asks <c>kms</c>.</summary>
internal sealed class SshWorld : IAsyncDisposable
{
    /// <summary>What the remote command prints.</summary>
    public const string Greeting = "logged in";

    private const string Sshd = "/usr/sbin/sshd";

    private static readonly Use Ssh = Use.Parse("ssh");

    private readonly string _folder = Directory.CreateTempSubdirectory("kms-ssh-").FullName;
    private readonly int _port = UnusedPort.Take().Port;
    private Process? _sshd;

    private SshWorld(Hierarchy hierarchy) => Hierarchy = hierarchy;

    public Hierarchy Hierarchy { get; }

    /// <summary>The host's public keys, in the files of ssh-keygen.</summary>
    public string Ed25519File => PathOf("ed25519.pub");

    public string EcdsaFile => PathOf("ecdsa.pub");

    /// <summary>A key that the host does not have.</summary>
    public string StrangerFile => PathOf("stranger.pub");

    public static async Task<SshWorld> StartAsync()
    {
        if (!File.Exists(Sshd)) Assert.Inconclusive($"{Sshd} is not here: nothing was tried with it. Debian has it in openssh-server.");
        SshWorld world = new(await PatientHierarchy.StartAsync(HierarchyPlan.Figure7));
        try
        {
            await world.MakeFilesAsync();
            await world.StartSshdAsync();
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>Publishes a key of ssh in the zone of a name.</summary>
    public void Publish(string name, string file) => Publish(name, PublicKeyFile.Parse(File.ReadAllBytes(file), file));

    public void Publish(string name, PublicKey key)
    {
        KeyRecord record = new(DomainName.Parse(name), Ssh, key, null, null);
        Hierarchy.Nodes.Where(node => record.Name.IsHeldBy(node.Domain)).MaxBy(node => node.Domain.Value.Length)!.Zone.Publish(record);
    }

    /// <summary>How many inquiries about a name host A has sent.</summary>
    public int InquiriesAbout(string name) => Hierarchy.Tap.Since(0).SelectMany(packet => packet.Messages).Select(text => text.Message).OfType<Inquiry>()
        .Where(inquiry => inquiry.Name.Value == name && inquiry.From == Hierarchy.A.Name).DistinctBy(inquiry => inquiry.Id).Count();

    /// <summary>Writes the settings of host A into a folder, perhaps changed.</summary>
    public string Configure(string folder, Func<HostSettings, HostSettings>? change = null)
    {
        HostFolder own = new(LabHostFolder.In(Hierarchy.Folder, Hierarchy.A.Name.Value));
        HostSettings settings = own.ReadSettings();
        settings = settings with { PrivateKey = own.FileOf(settings.PrivateKey) };
        string path = PathOf(folder);
        new HostFolder(path).WriteSettings(change is null ? settings : change(settings));
        return path;
    }

    /// <summary>Connects with the host's name; ssh is joined to sshd without looking up an address.</summary>
    public Task<CommandRun> ConnectAsync(string name, params string[] options) => SshAsync(name, [.. options, "ProxyCommand " + $"{Sshd} -i -f {PathOf("sshd_config")}"]);

    /// <summary>Connects over loopback, with the host's name as alias.</summary>
    public Task<CommandRun> ConnectByAliasAsync(string name, params string[] options) =>
        SshAsync("there", [.. options, "HostName 127.0.0.1", string.Create(CultureInfo.InvariantCulture, $"Port {_port}"), "HostKeyAlias " + name]);

    /// <summary>What ssh has run since the last time: why, for whom, and the type of key shown.</summary>
    public string[] TakeCalls()
    {
        string log = PathOf("calls");
        string[] calls = File.Exists(log) ? File.ReadAllLines(log) : [];
        File.Delete(log);
        return calls;
    }

    /// <summary>The setting by which ssh asks <c>kms</c> with the settings of a folder.</summary>
    public string KnownHostsCommand(string folder) => $"KnownHostsCommand /bin/sh {PathOf("known-hosts")} {folder} %I %H %t %K";

    /// <summary>A file of known hosts with one key.</summary>
    public string KnownHosts(string name, string file)
    {
        string path = PathOf("known_hosts." + name);
        File.WriteAllText(path, $"{name} {File.ReadAllText(file)}");
        return path;
    }

    public string PathOf(string file) => Path.Combine(_folder, file);

    public async ValueTask DisposeAsync()
    {
        if (_sshd is not null)
        {
            _sshd.Kill(entireProcessTree: true);
            await _sshd.WaitForExitAsync();
            _sshd.Dispose();
        }
        await Hierarchy.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<CommandRun> SshAsync(string name, string[] options) =>
        Tool.RunAsync("ssh", ["-F", PathOf("ssh_config"), .. options.SelectMany(option => (string[])["-o", option]), name, "echo", Greeting]);

    private async Task MakeFilesAsync()
    {
        foreach ((string file, string type) in ((string, string)[])[("ed25519", "ed25519"), ("ecdsa", "ecdsa"), ("stranger", "ed25519"), ("user", "ed25519")])
            await Tool.MakeAsync("ssh-keygen", ["-q", "-N", "", "-C", "", "-t", type, "-f", PathOf(file)]);
        Configure("host-a");

        await File.WriteAllTextAsync(PathOf("sshd_config"), $"""
            ListenAddress 127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}
            HostKey {PathOf("ed25519")}
            HostKey {PathOf("ecdsa")}
            AuthorizedKeysFile {PathOf("user.pub")}
            PidFile none
            UsePAM no
            StrictModes no
            PermitRootLogin prohibit-password
            PasswordAuthentication no
            KbdInteractiveAuthentication no

            """);
        await File.WriteAllTextAsync(PathOf("ssh_config"), $"""
            Host *
                User {Environment.UserName}
                IdentityFile {PathOf("user")}
                IdentitiesOnly yes
                BatchMode yes
                StrictHostKeyChecking yes
                UserKnownHostsFile none
                GlobalKnownHostsFile none
                {KnownHostsCommand(PathOf("host-a"))}

            """);
        string kms = Path.Combine(AppContext.BaseDirectory, "kms.dll");
        await File.WriteAllTextAsync(PathOf("known-hosts"), $"""
            echo "$2 $3 $4" >> {PathOf("calls")}
            exec dotnet {kms} known-hosts --config "$1" "$3" "$5"

            """);
        if (Environment.IsPrivilegedProcess) Directory.CreateDirectory("/run/sshd"); // where sshd locks up what has no privileges yet
    }

    private async Task StartSshdAsync()
    {
        _sshd = Tool.Start(new ProcessStartInfo(Sshd, ["-D", "-e", "-f", PathOf("sshd_config")]) { RedirectStandardError = true });
        TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _sshd.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) listening.TrySetException(new InvalidOperationException("sshd ended before it listened."));
            else if (line.Data.StartsWith("Server listening", StringComparison.Ordinal)) listening.TrySetResult();
        };
        _sshd.BeginErrorReadLine();
        await listening.Task;
    }
}
