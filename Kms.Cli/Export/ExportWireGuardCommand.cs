using System.CommandLine;
using Kms.Client;

namespace Kms.Cli;

/// <summary><c>kms export wireguard</c>: the [Peer] section for a host.</summary>
internal sealed class ExportWireGuardCommand(CommandContext context)
{
    private const int Port = 51820;

    private readonly KeyExport _export = new(context, "wireguard", "FILE", "The file to write, such as /etc/wireguard/peers/host-b.conf. Without it, the section is printed.");
    private readonly Option<string?> _endpoint = new("--endpoint") { Description = $"Where the host is reached: HOST or HOST:PORT; the port is {Port} where none is named. Without it, the host must begin.", HelpName = "HOST" };
    private readonly Option<string[]> _allowed = new("--allowed-ips") { Description = "The networks behind the host, joined by commas; only they may come from there. May be repeated.", HelpName = "NETWORKS", DefaultValueFactory = _ => [] };

    public Command Create()
    {
        Command command = new("wireguard", """
            Writes the [Peer] section for a host, with the key that it has published for the use 'wireguard'.
            A key that was replaced leaves an interface only when the whole configuration is loaded anew:
              --apply-command 'cat /etc/wireguard/wg0.own /etc/wireguard/peers/*.conf | wg syncconf wg0 /dev/stdin'
            """);
        _export.AddTo(command);
        command.Options.Add(_endpoint);
        command.Options.Add(_allowed);
        context.SetAction(command, (parsed, cancellationToken) =>
        {
            string? endpoint = parsed.GetValue(_endpoint) is { } text ? NetworkText.HostAndPort(text, Port) : null;
            string allowed = NetworkText.Networks(parsed.GetRequiredValue(_allowed));
            return _export.RunAsync(parsed, (found, _, target) => Write(found, target, endpoint, allowed), cancellationToken);
        });
        return command;
    }

    private ExportedFile[]? Write(KeyFound found, string target, string? endpoint, string allowed)
    {
        if (!X25519.TryReadRaw(found.Key, out byte[]? key))
        {
            context.Environment.Error.WriteLine($"kms: the {found.Use} key of {found.Name} is no X25519 key: it is of no use to WireGuard.");
            return null;
        }
        string[] lines =
        [
            $"# {found.Name}: 'kms export wireguard' writes this file, and replaces it when something changes.",
            "[Peer]",
            $"PublicKey = {Convert.ToBase64String(key)}",
            .. endpoint is null ? [] : new[] { $"Endpoint = {endpoint}" },
            .. allowed.Length == 0 ? [] : new[] { $"AllowedIPs = {allowed}" },
        ];
        return [new ExportedFile(target, string.Join('\n', lines) + '\n')];
    }
}
