using System.CommandLine;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>A host with its settings, its key and its key table, ready to ask.</summary>
internal sealed class HostSession : IDisposable
{
    private readonly SigningKey _key;

    private HostSession(HostFolder folder, HostSettings settings, SigningKey key, CommandEnvironment environment)
    {
        (Folder, Settings, _key) = (folder, settings, key);
        Client = new KmsClient(settings.ToConfiguration(key), new KmsClientEnvironment
        {
            Exchange = new DnsExchange(environment.Wire, environment.Time),
            Time = environment.Time,
        });
    }

    public HostFolder Folder { get; }

    public HostSettings Settings { get; }

    public KmsClient Client { get; }

    /// <summary>Opens it.</summary>
    /// <exception cref="ConfigurationException">The settings or the key cannot be used.</exception>
    public static HostSession Open(CommandContext context, ParseResult parsed)
    {
        HostFolder folder = context.FolderOf(parsed);
        HostSettings settings = folder.ReadSettings();
        SigningKey key = folder.ReadPrivateKey(settings.PrivateKey);
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

    public void Dispose() => _key.Dispose();
}
