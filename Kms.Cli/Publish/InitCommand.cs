using System.Collections.Immutable;
using System.CommandLine;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>
/// <c>kms init</c>: makes the host's key and settings, and prints the record that publishes the key. Run again, it adds what is missing and
/// changes nothing that is there.
/// </summary>
internal sealed class InitCommand(CommandContext context)
{
    private readonly Argument<string> _name = new("NAME") { Description = "This host's own name, such as host-a.b.a.xx." };
    private readonly Option<string?> _kms = new("--kms") { Description = "The KMS to ask, with its public key from its log; several keys are joined by commas. Needs --server.", HelpName = "NAME=PUBLICKEY" };
    private readonly Option<string[]> _servers = new("--server") { Description = "Where that KMS answers: IP, IP:port, or tls://HOST for DNS over TLS. May be repeated.", HelpName = "ADDRESS" };
    private readonly Option<string[]> _trust = new("--trust") { Description = "A KMS whose attestations count; several keys are joined by commas. May be repeated.", HelpName = "NAME=DOMAIN=PUBLICKEY" };
    private readonly RecordOptions _record = new();
    private readonly JsonOption _json = new();

    public Command Create()
    {
        Command command = new("init", "Makes this host's key pair and settings, and prints the record that publishes its key.") { _name, _kms, _servers, _trust, _json };
        _record.AddTo(command);
        context.SetAction(command, ExecuteAsync);
        return command;
    }

    private async Task<ExitCode> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        DomainName name = DomainName.Parse(parsed.GetRequiredValue(_name));
        AskedKms? kms = ReadKms(parsed);
        TrustAnchor[] anchors = [.. (parsed.GetValue(_trust) ?? []).Select(PartyText.Anchor)];
        HostFolder folder = context.FolderOf(parsed);
        (HostSettings settings, bool isMade) = Set(folder, before => Complete(before ?? new HostSettings { Name = name }, name, kms, anchors, folder.SettingsFile));
        using SigningKey key = folder.ReadPrivateKey(settings.PrivateKey);

        await context.Environment.Error.WriteLineAsync($"kms: {(isMade ? "made the private key" : "uses the private key that is there,")} {folder.FileOf(settings.PrivateKey)}; the settings are in {folder.SettingsFile}.");
        await PrintAsync(parsed, folder, settings, key.PublicKey, isMade);
        return ExitCode.Found;
    }

    /// <summary>Makes what is missing. Where nothing is, nothing is written: the folder may be one for reading alone.</summary>
    /// <param name="folder">The host's folder.</param>
    /// <param name="complete">What the settings are to be: the very same ones where they lack nothing; null: there are none.</param>
    private static (HostSettings Settings, bool IsKeyMade) Set(HostFolder folder, Func<HostSettings?, HostSettings> complete)
    {
        (HostSettings? before, HostSettings settings) = Look();
        if (ReferenceEquals(settings, before) && File.Exists(folder.FileOf(settings.PrivateKey))) return (settings, false);

        folder.Make();
        using FileStream turn = folder.TakeTurn();
        (before, settings) = Look(); // another init may have been first
        bool isMade = MakeKey(folder.FileOf(settings.PrivateKey), isKnown: before is not null, folder.SettingsFile);
        using SigningKey key = folder.ReadPrivateKey(settings.PrivateKey); // settings of a key that cannot be used are not written
        if (!ReferenceEquals(settings, before)) folder.WriteSettings(settings);
        return (settings, isMade);

        (HostSettings?, HostSettings) Look()
        {
            HostSettings? present = File.Exists(folder.SettingsFile) ? folder.ReadSettings() : null;
            return (present, complete(present));
        }
    }

    private AskedKms? ReadKms(ParseResult parsed)
    {
        ImmutableArray<KmsAddress> servers = [.. (parsed.GetValue(_servers) ?? []).Select(KmsAddress.Parse)];
        return (parsed.GetValue(_kms), servers) switch
        {
            (null, []) => null,
            (string text, [_, ..]) => PartyText.Asked(text, servers),
            _ => throw new FormatException("--kms and --server go together: which KMS to ask, and where it answers."),
        };
    }

    /// <summary>What is missing is added. Whoever wants something else in place of what is there says so where it stands.</summary>
    private static HostSettings Complete(HostSettings settings, DomainName name, AskedKms? kms, TrustAnchor[] anchors, string file)
    {
        if (settings.Name != name)
            throw new ConfigurationException($"{file} belongs to the host {settings.Name}. Name another folder with --config, or take that one away to begin anew.");
        if (kms is not null && settings.Kms is { } present && !IsSame(present, kms))
            throw new ConfigurationException($"{file} names another KMS to ask, or other addresses or keys of it. Change them there; init changes nothing that is there.");
        if (kms is not null && settings.Kms is null) settings = settings with { Kms = kms };
        foreach (TrustAnchor anchor in anchors)
        {
            TrustAnchor? there = settings.Trust.FirstOrDefault(one => one.Name == anchor.Name);
            if (there is null) settings = settings with { Trust = settings.Trust.Add(anchor) };
            else if (there.Domain != anchor.Domain || !there.PublicKeys.SequenceEqual(anchor.PublicKeys))
                throw new ConfigurationException($"{file} trusts {anchor.Name} with another domain or other keys. Change them there; init changes nothing that is there.");
        }
        return settings;
    }

    private static bool IsSame(AskedKms left, AskedKms right) =>
        left.Name == right.Name && left.Addresses.SequenceEqual(right.Addresses) && left.PublicKeys.SequenceEqual(right.PublicKeys);

    /// <summary>Makes the key where there is none and never was one: a lost volume must not make a new identity.</summary>
    private static bool MakeKey(string file, bool isKnown, string settingsFile)
    {
        if (File.Exists(file)) return false;
        if (isKnown)
            throw new ConfigurationException($"{settingsFile} is there, but its private key {file} is missing. Put it back, or mount its volume. To begin anew with another key, take {settingsFile} away.");
        PrivateKeyFile.Make(file);
        return true;
    }

    private async Task PrintAsync(ParseResult parsed, HostFolder folder, HostSettings settings, PublicKey key, bool isMade)
    {
        PublishedRecord record = _record.Publish(parsed, new KeyRecord(settings.Name, Use.Identity, key, null, null), settings);
        TextWriter output = context.Environment.Output;
        if (parsed.GetValue(_json))
        {
            await output.WriteLineAsync(JsonLine.Of(json =>
            {
                json.WriteStartObject();
                json.WriteString("name", settings.Name.Value);
                json.WriteString("settingsFile", folder.SettingsFile);
                json.WriteString("privateKeyFile", folder.FileOf(settings.PrivateKey));
                json.WriteBoolean("keyMade", isMade);
                json.WriteString("publicKey", key.ToString());
                json.WriteString("fingerprint", key.Fingerprint.ToString());
                json.WritePropertyName("record");
                record.WriteTo(json);
                json.WriteEndObject();
            }));
            return;
        }
        await output.WriteLineAsync(_record.Text(parsed, record));
    }
}
