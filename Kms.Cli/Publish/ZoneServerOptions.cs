using System.CommandLine;
using System.Net;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>Where the zone of a host is, and the key with which it may be changed, as the command line says it. A secret never stands there: others can read a command line.</summary>
internal sealed class ZoneServerOptions
{
    /// <summary>The life of a record in caches where nothing is said, in seconds.</summary>
    public const uint StandardTtl = 60;

    private readonly Option<string?> _server = new("--server") { Description = "The primary DNS server of the zone: IP or IP:port. Otherwise the first address of the KMS in kms.json that is not for TLS.", HelpName = "ADDRESS" };
    private readonly Option<string?> _zone = new("--zone") { Description = "The zone that holds the record. Otherwise the server is asked.", HelpName = "ZONE" };
    private readonly Option<string?> _file = new("--tsig") { Description = "The file of the TSIG key, as 'tsig-keygen' prints it and 'nsupdate -k' takes it.", HelpName = "FILE" };
    private readonly Option<string?> _name = new("--tsig-name") { Description = "The name of the TSIG key, in place of --tsig.", HelpName = "NAME" };
    private readonly Option<string?> _secretFile = new("--tsig-secret-file") { Description = "The file that holds its secret in base64, and nothing else.", HelpName = "FILE" };
    private readonly Option<string> _algorithm = new("--tsig-algorithm") { Description = "Its algorithm: hmac-sha256, hmac-sha384 or hmac-sha512.", HelpName = "ALGORITHM", DefaultValueFactory = _ => TsigAlgorithm.HmacSha256.Name() };
    private readonly Option<uint> _ttl = new("--ttl") { Description = "The time to live of the record, in seconds.", HelpName = "SECONDS", DefaultValueFactory = _ => StandardTtl };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_server, _zone, _file, _name, _secretFile, _algorithm, _ttl]) command.Options.Add(option);
    }

    /// <summary>The key records of a host, in its zone, at its server.</summary>
    /// <exception cref="FormatException">Server or key are missing, or cannot be read as such.</exception>
    public KeyZone Open(ParseResult parsed, HostSettings settings, CommandEnvironment environment) => new(
        new ZoneServer(Server(parsed, settings), Key(parsed), environment), settings.Name, Zone(parsed), parsed.GetValue(_ttl));

    /// <summary>The first address at which the KMS is asked over UDP and TCP: a KMS is a DNS server of its domain.</summary>
    public static IPEndPoint? PlainAddressOf(HostSettings settings) =>
        settings.Kms?.Addresses.Where(address => address.Tls is null).Select(address => address.Endpoint).OfType<IPEndPoint>().FirstOrDefault();

    private IPEndPoint Server(ParseResult parsed, HostSettings settings) => parsed.GetValue(_server) is { } text ? HostSettings.Endpoint(text)
        : PlainAddressOf(settings) ?? throw new ConfigurationException("Name the primary DNS server of the zone with --server: kms.json names no KMS with an address for UDP and TCP that could be taken.");

    private string? Zone(ParseResult parsed)
    {
        if (parsed.GetValue(_zone) is not { } text) return null;
        return text == "." ? text : DomainName.Parse(text).Value;
    }

    private TsigKey Key(ParseResult parsed)
    {
        (string? file, string? name, string? secretFile) = (parsed.GetValue(_file), parsed.GetValue(_name), parsed.GetValue(_secretFile));
        return (file, name, secretFile) switch
        {
            (not null, null, null) => InFile(file, () => TsigKeyFile.Parse(File.ReadAllText(file))),
            (null, not null, not null) => InFile(secretFile, () => new TsigKey(name, TsigAlgorithms.Parse(parsed.GetRequiredValue(_algorithm)), TsigKey.Secret(File.ReadAllText(secretFile).Trim()))),
            _ => throw new FormatException("Name the TSIG key either with --tsig FILE, or with --tsig-name NAME and --tsig-secret-file FILE."),
        };
    }

    private static TsigKey InFile(string file, Func<TsigKey> read)
    {
        try
        {
            return read();
        }
        catch (FormatException e)
        {
            throw new FormatException($"{file}: {e.Message}", e);
        }
    }
}
