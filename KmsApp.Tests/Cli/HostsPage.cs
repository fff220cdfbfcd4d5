using System.Globalization;
using System.Net;
using System.Text;
using Kms.Cli;
using Kms.Lab;
using Kms.Protocol;
using KmsApp.Tests.Lab;

namespace KmsApp.Tests.Cli;

/// <summary>
/// Two hosts of the lab at which the commands of docs/HOSTS.md are run by one bash. Each has a folder of its own, with the programs that must
/// run elsewhere or with other settings than a real host's. What the page leaves to its reader, the settings, is put in here.
/// </summary>
internal sealed class HostsPage : IAsyncDisposable
{
    private const string Sleep = "sleep ";
    private const string Sshd = "/usr/sbin/sshd";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kms-page-");
    private readonly StringBuilder _settings = new();
    private readonly Dictionary<string, string> _own = new() { ["a"] = "", ["b"] = "" };
    private readonly CancellationTokenSource _end = new();
    private readonly Task _publishing;

    private HostsPage(Hierarchy hierarchy)
    {
        Hierarchy = hierarchy;
        Directory.CreateDirectory(PathOf("spool"));
        foreach (string role in _own.Keys) Directory.CreateDirectory(PathOf(Path.Combine(role, "bin")));
        Program("bin", "kms", $"exec dotnet '{typeof(KmsCommand).Assembly.Location}' \"$@\"");
        _publishing = PublishAsync();
    }

    internal Hierarchy Hierarchy { get; }

    /// <summary>The service of recipe 3.</summary>
    internal IPEndPoint Service { get; set; } = new(IPAddress.Loopback, 9);

    internal static async Task<HostsPage> StartAsync()
    {
        if (!File.Exists("/bin/bash")) Assert.Inconclusive("bash is not installed: the page was not run.");
        return new HostsPage(await PatientHierarchy.StartAsync(HierarchyPlan.Figure7));
    }

    /// <summary>An sshd at B, to which ssh is joined without a network: the names of the page are in no DNS.</summary>
    internal async Task AddSshAsync()
    {
        if (!File.Exists(Sshd)) Assert.Inconclusive($"{Sshd} is not here: nothing was tried with it. Debian has it in openssh-server.");
        if (Environment.IsPrivilegedProcess) Directory.CreateDirectory("/run/sshd");
        foreach (string name in (string[])["host", "user"]) await Tool.MakeAsync("ssh-keygen", ["-q", "-N", "", "-C", "", "-t", "ed25519", "-f", PathOf(name)]);
        await File.WriteAllTextAsync(PathOf("sshd_config"), $"HostKey {PathOf("host")}\nAuthorizedKeysFile {PathOf("user.pub")}\nPidFile none\nUsePAM no\nStrictModes no\n");
        await File.WriteAllTextAsync(PathOf("ssh_config"), $"""
            GlobalKnownHostsFile none
            IdentityFile {PathOf("user")}
            IdentitiesOnly yes
            BatchMode yes
            LogLevel ERROR
            User {Environment.UserName}
            ProxyCommand {Sshd} -i -f {PathOf("sshd_config")}

            """);
        Program("a/bin", "ssh", $"exec /usr/bin/ssh -F '{PathOf("ssh_config")}' \"$@\"");
        _settings.Append($"sshd_key='{PathOf("host.pub")}'\nssh_config='{PathOf("ssh_config")}'\n");
    }

    /// <summary>strongSwan at a host.</summary>
    internal void AddIpsec(string role, JoinedNamespaces.Side side, IpsecHost host)
    {
        Program($"{role}/bin", "swanctl", $"SWANCTL_DIR='{host.Swanctl}' exec ip netns exec {side.Namespace} /usr/sbin/swanctl \"$@\" --uri '{host.Vici}'");
        Join(role, side);
        _own[role] += $"swanctl='{host.Swanctl}'\n";
    }

    /// <summary>WireGuard at a host.</summary>
    internal void AddWireGuard(string role, JoinedNamespaces.Side side, WireGuardHost host)
    {
        Program($"{role}/bin", "wg", $"exec ip netns exec {side.Namespace} /usr/bin/wg \"$@\"");
        Join(role, side);
        _own[role] += $"wireguard='{PathOf($"{role}/wireguard")}'\ninterface={host.Interface}\n";
    }

    /// <summary>Runs blocks in order, in one bash, which ends at the first command that fails.</summary>
    /// <returns>What they print.</returns>
    internal async Task<string> RunAsync(params CommandBlock[][] recipes)
    {
        string script = $"""
            exec 2>&1
            set -euo pipefail
            trap 'jobs -p | xargs --no-run-if-empty kill' EXIT
            publish() {"{"} local file="{PathOf("spool")}/$RANDOM$RANDOM"; cat > "$file.tmp"; mv "$file.tmp" "$file"; while [ -e "$file" ]; do command sleep 0.02; done; {"}"}
            sleep() {"{"} echo "sleep $1" | publish; {"}"}
            {Settings()}
            {_settings}
            {string.Join('\n', recipes.SelectMany(blocks => blocks).Select(block => $"{Enter(block.Role)}\n{block.Commands}"))}
            """;

        CommandRun run = await Tool.RunAsync("/bin/bash", ["-c", script], within: Patience);

        Assert.AreEqual(0, run.Code, run.Output);
        return run.Output;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
        await Hierarchy.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private string Settings()
    {
        (Kms.Lab.KmsNode ofA, Kms.Lab.KmsNode ofB, Kms.Lab.KmsNode top) = (Hierarchy.KmsOfA, Hierarchy.KmsOfB, Hierarchy.Top);
        return $"""
            kms_of_a="{ofA.Name}={ofA.Key.PublicKey}" ; at_a={ofA.Endpoint}
            kms_of_b="{ofB.Name}={ofB.Key.PublicKey}" ; at_b={ofB.Endpoint}
            anchor="{top.Name}={top.Domain}={top.Key.PublicKey}"
            service={Service} ; port={UnusedPort.Take().Port} ; local={UnusedPort.Take()}
            address_of_a=127.0.0.1 ; address_of_b=127.0.0.1
            """;
    }

    /// <summary>Goes to a host.</summary>
    private string Enter(string role) => $"""
        cd '{PathOf(role)}'
        export KMS_CONFIG='{PathOf($"{role}/kms")}' PATH='{PathOf($"{role}/bin")}:{PathOf("bin")}':/usr/sbin:/usr/bin:/sbin:/bin:"$PATH"
        {_own[role]}
        """;

    private void Join(string role, JoinedNamespaces.Side side)
    {
        Program($"{role}/bin", "ping", $"exec ip netns exec {side.Namespace} /bin/ping \"$@\"");
        _settings.Append($"address_of_{role}={side.Address}\n");
    }

    /// <summary>Does what the page's commands leave to others: publishes, and lets the time go by.</summary>
    private async Task PublishAsync()
    {
        while (true)
        {
            foreach (string file in Directory.EnumerateFiles(PathOf("spool")).Where(file => !file.EndsWith(".tmp", StringComparison.Ordinal)).ToArray())
            {
                Do(await File.ReadAllTextAsync(file));
                File.Delete(file);
            }
            await Task.Delay(Rest, _end.Token);
        }
    }

    private void Do(string request)
    {
        if (request.StartsWith(Sleep, StringComparison.Ordinal))
        {
            Hierarchy.Time.Advance(TimeSpan.FromSeconds(int.Parse(request[Sleep.Length..], CultureInfo.InvariantCulture)));
            return;
        }
        KeyRecord record = RecordIn(request);
        Hierarchy.Nodes.Where(node => record.Name.IsHeldBy(node.Domain)).MaxBy(node => node.Domain.Value.Length)!.Zone.Publish(record);
    }

    private static KeyRecord RecordIn(string script)
    {
        string update = script.Split('\n').Single(line => line.StartsWith("update add ", StringComparison.Ordinal));
        string text = string.Concat(update.Split('"').Where((_, i) => i % 2 == 1));
        Assert.IsTrue(MessageText.TryParse(Encoding.ASCII.GetBytes(text), out MessageText? message, out MessageFault fault), fault.ToString());
        return (KeyRecord)message.Message;
    }

    private void Program(string folder, string name, string command)
    {
        Directory.CreateDirectory(PathOf(folder));
        string path = PathOf(Path.Combine(folder, name));
        File.WriteAllText(path, $"#!/bin/sh\n{command}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
