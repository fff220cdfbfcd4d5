using System.CommandLine;
using Kms.Client;

namespace Kms.Cli;

/// <summary><c>kms export swanctl</c>: what strongSwan needs for IKEv2 with raw public keys.</summary>
internal sealed class ExportSwanctlCommand(CommandContext context)
{
    private const string Dynamic = "dynamic";

    private readonly KeyExport _export = new(context, "ipsec", "FOLDER", "strongSwan's folder, such as /etc/swanctl: conf.d/kms-NAME.conf, pubkey/kms-NAME.pem and, with --key, this host's own pair are written there. Without it, the text is printed.");
    private readonly Option<string?> _key = new("--key") { Description = "This host's own private key (PEM: EC or RSA), whose public half it has published for the same use. Needed once: it is copied to private/, which only its owner may read.", HelpName = "FILE" };
    private readonly Option<string?> _endpoint = new("--endpoint") { Description = "Where the host is reached: an IP address or a name. Otherwise its own name.", HelpName = "HOST" };
    private readonly Option<string[]> _localNetworks = Networks("--local-ts", "this host");
    private readonly Option<string[]> _remoteNetworks = Networks("--remote-ts", "the other host");
    private readonly Option<string> _start = new("--start-action") { Description = "What strongSwan does when it loads the connection: trap (begin with the first packet), start, or none.", DefaultValueFactory = _ => "trap" };

    public Command Create()
    {
        Command command = new("swanctl", """
            Writes a connection of strongSwan: IKEv2, both sides by raw public keys, the host's as it has published it for the use 'ipsec',
            the hosts' domain names as identities. Load it with
              --apply-command 'swanctl --load-all'
            An IKE_SA that stands lives on when the key was replaced; 'swanctl --terminate --ike CONNECTION' ends it.
            """);
        _start.AcceptOnlyFromAmong("trap", "start", "none");
        _export.AddTo(command);
        foreach (Option option in (Option[])[_key, _endpoint, _localNetworks, _remoteNetworks, _start]) command.Options.Add(option);
        context.SetAction(command, ExecuteAsync);
        return command;
    }

    private Task<ExitCode> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        // Whatever can be wrong on the command line is found before anybody is asked.
        string? endpoint = parsed.GetValue(_endpoint) is { } text ? NetworkText.Host(text) : null;
        OwnKey? own = parsed.GetValue(_key) is { } file ? OwnKey.Read(file) : null;
        (string local, string remote) = (Selectors(parsed, _localNetworks), Selectors(parsed, _remoteNetworks));
        return _export.RunAsync(parsed, (found, settings, folder) =>
        {
            if (X25519.TryReadRaw(found.Key, out _))
            {
                context.Environment.Error.WriteLine($"kms: the {found.Use} key of {found.Name} is an X25519 key, which signs nothing: it is of no use to IPsec.");
                return null;
            }
            SwanctlConnection connection = new(settings.Name, found.Name, endpoint ?? found.Name.Value, local, remote, parsed.GetRequiredValue(_start));
            if (folder.Length > 0 && own is null && !File.Exists(connection.OwnPublicKeyFileIn(folder)))
                throw new ConfigurationException($"There is no {connection.OwnPublicKeyFileIn(folder)} yet: name this host's own private key with --key.");
            return connection.Files(folder, found.Key, own);
        }, cancellationToken);
    }

    private static Option<string[]> Networks(string name, string whose) =>
        new(name) { Description = $"The networks behind {whose}, joined by commas; otherwise its address alone. May be repeated.", HelpName = "NETWORKS", DefaultValueFactory = _ => [] };

    private static string Selectors(ParseResult parsed, Option<string[]> option) =>
        NetworkText.Networks(parsed.GetRequiredValue(option)) is { Length: > 0 } networks ? networks : Dynamic;
}
