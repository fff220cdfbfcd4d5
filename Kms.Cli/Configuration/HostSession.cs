using System.CommandLine;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>A host with its settings, its key and its key table, ready to ask.</summary>
internal sealed class HostSession : IDisposable
{
    /// <summary>How long a command that has given its result stays for a refresh.</summary>
    private static readonly TimeSpan RefreshPatience = TimeSpan.FromSeconds(2);

    private readonly SigningKey _key;

    private HostSession(HostFolder folder, HostSettings settings, SigningKey key, CommandEnvironment environment)
    {
        (Folder, Settings, _key) = (folder, settings, key);
        Client = new KmsClient(settings.ToConfiguration(key), new KmsClientEnvironment
        {
            Exchange = new DnsExchange(environment.Wire, environment.Time),
            Table = TableOf(folder, settings),
            Time = environment.Time,
        });
    }

    public HostFolder Folder { get; }

    public HostSettings Settings { get; }

    public KmsClient Client { get; }

    /// <summary>Opens it. A private key that others can read, or settings that they can write, are said, and used.</summary>
    /// <exception cref="ConfigurationException">The settings or the key cannot be used.</exception>
    public static HostSession Open(CommandContext context, ParseResult parsed)
    {
        HostFolder folder = context.FolderOf(parsed);
        HostSettings settings = folder.ReadSettings();
        SigningKey key = folder.ReadPrivateKey(settings.PrivateKey);
        foreach (string fault in folder.FaultsOfAccess(settings.PrivateKey)) context.Environment.Error.WriteLine($"kms: {fault}");
        try
        {
            return new HostSession(folder, settings, key, context.Environment);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>
    /// For the end of a command that has asked for keys, after its result is written: an entry that was about to expire is refreshed, so
    /// that the next command finds it. Takes two seconds at most, nearly always none.
    /// </summary>
    public Task SettleAsync(CancellationToken cancellationToken) => Client.SettleAsync(RefreshPatience, cancellationToken);

    /// <summary>The host's key table: what only looks at it needs no key and no KMS.</summary>
    public static FileKeyTable TableOf(HostFolder folder, HostSettings settings) => new(folder.FileOf(settings.Table));

    public void Dispose() => _key.Dispose();
}
