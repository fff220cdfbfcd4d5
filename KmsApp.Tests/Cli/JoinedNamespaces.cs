using System.Globalization;

namespace KmsApp.Tests.Cli;

/// <summary>Two network namespaces of Linux, joined by a cable, and joined to nothing else.</summary>
internal sealed class JoinedNamespaces : IAsyncDisposable
{
    private readonly string _id = Guid.NewGuid().ToString("n")[..8];

    private JoinedNamespaces() => (First, Second) = (new($"kms{_id}a", $"k{_id}a", "10.99.0.1"), new($"kms{_id}b", $"k{_id}b", "10.99.0.2"));

    internal Side First { get; }

    internal Side Second { get; }

    /// <summary>Makes them; the test is inconclusive where it may not, or cannot.</summary>
    internal static async Task<JoinedNamespaces> CreateAsync()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) Assert.Inconclusive("Only root on Linux makes network namespaces: nothing was tried.");
        JoinedNamespaces joined = new();
        try
        {
            (Side first, Side second) = (joined.First, joined.Second);
            string[][] commands =
            [
                ["netns", "add", first.Namespace],
                ["netns", "add", second.Namespace],
                ["link", "add", "name", first.Interface, "netns", first.Namespace, "type", "veth", "peer", "name", second.Interface, "netns", second.Namespace],
            ];
            foreach (string[] command in commands)
            {
                CommandRun run = await Tool.RunAsync("ip", command);
                if (run.Code != 0) Assert.Inconclusive($"This machine makes no namespaces (ip {string.Join(' ', command)}: {run.Error.Trim()}): nothing was tried.");
            }
            foreach (Side side in (Side[])[first, second])
            {
                await side.IpAsync("address", "add", $"{side.Address}/24", "dev", side.Interface);
                await side.IpAsync("link", "set", side.Interface, "up");
                await side.IpAsync("link", "set", "lo", "up");
            }
            return joined;
        }
        catch
        {
            await joined.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Side side in (Side[])[First, Second]) await Tool.RunAsync("ip", ["netns", "delete", side.Namespace]);
    }

    /// <summary>One of them.</summary>
    /// <param name="Namespace">Its name.</param>
    /// <param name="Interface">Its end of the cable.</param>
    /// <param name="Address">The address there.</param>
    internal sealed record Side(string Namespace, string Interface, string Address)
    {
        /// <summary>Changes the network inside.</summary>
        internal Task<string> IpAsync(params string[] args) => Tool.MakeAsync("ip", ["-n", Namespace, .. args]);

        /// <summary>The command line that runs another one inside.</summary>
        internal string[] Inside(params string[] command) => ["netns", "exec", Namespace, .. command];

        /// <summary>Runs a program inside.</summary>
        internal Task<CommandRun> RunAsync(params string[] command) => Tool.RunAsync("ip", Inside(command));

        /// <summary>Whether a packet goes from one address inside to another one and back.</summary>
        /// <param name="from">The one.</param>
        /// <param name="to">The other.</param>
        /// <param name="seconds">How long it may take: short where it is not to arrive.</param>
        internal async Task<bool> ReachesAsync(string from, string to, int seconds = 2) =>
            (await RunAsync("ping", "-c", "1", "-W", seconds.ToString(CultureInfo.InvariantCulture), "-I", from, to)).Code == 0;
    }
}
