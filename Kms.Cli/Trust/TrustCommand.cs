using System.Collections.Immutable;
using System.CommandLine;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary><c>kms trust</c>: the KMSs whose attestations this host believes.</summary>
internal sealed class TrustCommand(CommandContext context)
{
    private readonly Argument<string> _name = new("NAME") { Description = "The KMS's name, such as kms00.xx." };
    private readonly Argument<string> _domain = new("DOMAIN") { Description = "The domain that it serves, such as xx: it is believed about names in there and no others." };
    private readonly Argument<string> _key = new("PUBLICKEY") { Description = "Its public key, base64 as its log shows it at start, or the file of the key (PEM and other forms)." };
    private readonly Option<string?> _onlyKey = new("--key") { Description = "Remove this key alone, such as the old one after a rollover.", HelpName = "PUBLICKEY" };
    private readonly JsonOption _json = new();

    public Command Create()
    {
        Command add = new("add", "Trusts a KMS, or adds a key to one that is trusted (both count). Get the key from its administrator, not over the network that it is to secure.") { _name, _domain, _key };
        context.SetAction(add, Add);
        Command list = new("list", "Shows the trusted KMSs, the preferred ones first.") { _json };
        context.SetAction(list, List);
        Command remove = new("remove", "Stops trusting a KMS, or one of its keys. What it has attested no longer counts, from now on.") { _name, _onlyKey };
        context.SetAction(remove, Remove);
        return new Command("trust", "Shows and changes whose attestations are believed.") { add, list, remove };
    }

    private ExitCode Add(ParseResult parsed)
    {
        DomainName name = DomainName.Parse(parsed.GetRequiredValue(_name));
        DomainName domain = DomainName.Parse(parsed.GetRequiredValue(_domain));
        PublicKey key = PartyText.KeyOfKms(ReadKey(parsed.GetRequiredValue(_key)));
        HostFolder folder = context.FolderOf(parsed);
        using FileStream turn = folder.TakeTurn();
        HostSettings settings = folder.ReadSettings();

        TrustAnchor? present = settings.Trust.FirstOrDefault(anchor => anchor.Name == name);
        if (present is not null && present.Domain != domain)
            throw new FormatException($"{name} is trusted already, as the KMS of {present.Domain} and not of {domain}: remove it first.");
        if (present is not null && present.PublicKeys.Contains(key))
        {
            context.Environment.Error.WriteLine($"{name} is trusted with this key already.");
            return ExitCode.Found;
        }
        folder.WriteSettings(settings with
        {
            Trust = present is null
                ? settings.Trust.Add(new TrustAnchor(name, domain, [key]))
                : settings.Trust.Replace(present, present with { PublicKeys = present.PublicKeys.Add(key) }),
        });
        context.Environment.Error.WriteLine($"{name} is trusted for names in {domain}, with the key SHA-256 {key.Fingerprint}.");
        return ExitCode.Found;
    }

    private ExitCode List(ParseResult parsed)
    {
        ImmutableArray<TrustAnchor> trust = context.FolderOf(parsed).ReadSettings().Trust;
        if (parsed.GetValue(_json)) context.Environment.Output.WriteLine(JsonOf(trust));
        else
        {
            TextTable table = new("KMS", "SERVES", "KEY (SHA-256)");
            foreach (TrustAnchor anchor in trust)
            {
                foreach (PublicKey key in anchor.PublicKeys) table.Add(anchor.Name.Value, anchor.Domain.Value, key.Fingerprint.ToString());
            }
            table.Write(context.Environment);
        }
        return ExitCode.Found;
    }

    private ExitCode Remove(ParseResult parsed)
    {
        DomainName name = DomainName.Parse(parsed.GetRequiredValue(_name));
        HostFolder folder = context.FolderOf(parsed);
        using FileStream turn = folder.TakeTurn();
        HostSettings settings = folder.ReadSettings();
        TrustAnchor present = settings.Trust.FirstOrDefault(anchor => anchor.Name == name) ?? throw new FormatException($"{name} is not trusted. What is: kms trust list.");
        ImmutableArray<PublicKey> left = parsed.GetValue(_onlyKey) is { } text ? Without(present, ReadKey(text)) : [];
        folder.WriteSettings(settings with
        {
            Trust = left.IsEmpty ? settings.Trust.Remove(present) : settings.Trust.Replace(present, present with { PublicKeys = left }),
        });
        context.Environment.Error.WriteLine(left.IsEmpty ? $"{name} is no longer trusted." : $"{name} is trusted on, without this key.");
        return ExitCode.Found;
    }

    /// <summary>A key as a person gives it: pasted, or as a file.</summary>
    private PublicKey ReadKey(string text) => File.Exists(text) ? PublicKeyFile.Read(text, context.Environment) : PublicKey.Parse(text);

    private static ImmutableArray<PublicKey> Without(TrustAnchor anchor, PublicKey key) => anchor.PublicKeys.Contains(key)
        ? anchor.PublicKeys.Remove(key)
        : throw new FormatException($"{anchor.Name} is not trusted with that key. Its keys: kms trust list.");

    private static string JsonOf(ImmutableArray<TrustAnchor> trust) => JsonLine.Of(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("trust");
        foreach (TrustAnchor anchor in trust)
        {
            json.WriteStartObject();
            json.WriteString("name", anchor.Name.Value);
            json.WriteString("domain", anchor.Domain.Value);
            json.WriteStartArray("publicKeys");
            foreach (PublicKey key in anchor.PublicKeys) json.WriteStringValue(key.ToString());
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });
}
