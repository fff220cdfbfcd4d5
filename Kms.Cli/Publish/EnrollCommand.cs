using System.Collections.Immutable;
using System.CommandLine;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary><c>kms enroll</c>: publishes a key of this host itself, with a signed dynamic update, and says what stands then.</summary>
internal sealed class EnrollCommand(CommandContext context)
{
    private readonly Option<string> _use = new("--use")
    {
        Description = "What the key is for: identity, ssh, tls, ipsec, wireguard, or any other word of a-z, 0-9 and '-'. All but identity need --key-file.",
        HelpName = "USE",
        DefaultValueFactory = _ => Use.Identity.Value,
    };

    private readonly Option<string?> _keyFile = new("--key-file") { Description = "The file of another key, public or private.", HelpName = "FILE" };
    private readonly Option<bool> _replace = new("--replace") { Description = "Remove other keys of this host for the same use. They end at once; 'kms rotate' changes keys without a gap." };
    private readonly JsonOption _json = new();
    private readonly ZoneServerOptions _server = new();

    public Command Create()
    {
        Command command = new("enroll", "Publishes this host's key in the zone of its domain, with a dynamic update that is signed by a TSIG key.") { _use, _keyFile, _replace, _json };
        _server.AddTo(command);
        context.SetAction(command, ExecuteAsync);
        return command;
    }

    private async Task<ExitCode> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        HostFolder folder = context.FolderOf(parsed);
        HostSettings settings = folder.ReadSettings();
        Use use = Use.Parse(parsed.GetRequiredValue(_use));
        KeyRecord wanted = new(settings.Name, use, ReadKey(parsed, folder, settings, use), null, null);
        if (use.IsIdentity && RotationFile.In(folder).Read() is not null)
            throw new ConfigurationException("A change of this host's key is under way: 'kms rotate' goes on with it, 'kms rotate --cancel' takes it back.");
        KeyZone zone = _server.Open(parsed, settings, context.Environment);

        ImmutableArray<StandingKey> before = await zone.ReadAsync(cancellationToken);
        DateTimeOffset now = context.Environment.Time.GetUtcNow();
        bool stands = before.Any(one => one.Record.Use == use && one.Record.Key.Equals(wanted.Key) && one.Record.IsValidAt(now));
        KeyRecord[] others = [.. before.Select(one => one.Record).Where(record => record.Use == use && !record.Key.Equals(wanted.Key) && !(now >= record.Expires))];
        if (others.Length > 0 && !parsed.GetValue(_replace))
            throw new ConfigurationException($"{zone.Owner} has another key for {use}, with the fingerprint {others[0].Key.Fingerprint}. To put this one in its place, add --replace; "
                + "to change this host's own key without a gap, use 'kms rotate'.");

        // What counts already stays as it is, with the times that it has.
        ImmutableArray<StandingKey> after = await zone.SetAsync(
            before, record => record.Use == use && !(stands && record.Key.Equals(wanted.Key)), stands ? [] : [wanted], cancellationToken);

        await PrintAsync(parsed, zone, wanted, after, isChanged: !after.SequenceEqual(before), now);
        return ExitCode.Found;
    }

    private PublicKey ReadKey(ParseResult parsed, HostFolder folder, HostSettings settings, Use use)
    {
        if (parsed.GetValue(_keyFile) is { } file) return PublicKeyFile.Read(file, use, context.Environment);
        if (!use.IsIdentity) throw new FormatException($"Name the key for {use} with --key-file: the host's own key is for its identity alone.");
        using SigningKey own = folder.ReadPrivateKey(settings.PrivateKey);
        return own.PublicKey;
    }

    private async Task PrintAsync(ParseResult parsed, KeyZone zone, KeyRecord wanted, ImmutableArray<StandingKey> standing, bool isChanged, DateTimeOffset now)
    {
        TextWriter output = context.Environment.Output;
        if (parsed.GetValue(_json))
        {
            await output.WriteLineAsync(JsonLine.Of(json =>
            {
                json.WriteStartObject();
                json.WriteString("name", wanted.Name.Value);
                json.WriteString("use", wanted.Use.Value);
                json.WriteString("server", zone.Server.Address.ToString());
                json.WriteString("owner", zone.Owner);
                json.WriteBoolean("changed", isChanged);
                StandingKeys.WriteTo(json, standing, now);
                json.WriteEndObject();
            }));
            return;
        }
        await output.WriteLineAsync(isChanged
            ? $"The key is published. At {zone.Owner} stand now:"
            : $"The key was published already. At {zone.Owner} stand:");
        foreach (string line in StandingKeys.Lines(standing, now)) await output.WriteLineAsync(line);
    }
}
