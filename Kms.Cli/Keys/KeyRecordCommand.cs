using System.CommandLine;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary><c>kms key-record</c>: what publishes a key that exists already.</summary>
internal sealed class KeyRecordCommand(CommandContext context)
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "The key, its public or its private half: OpenSSH, PEM (PKCS #8, SEC 1, PKCS #1), a certificate, DER, WireGuard's public key, or the base64 of a SubjectPublicKeyInfo; '-' is what is piped in. Only the public half is read.",
    };
    private readonly Argument<string?> _name = new("NAME") { Description = "The host; if none is named, this one.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string> _use = new("--use")
    {
        Description = "What the key is for: identity, ssh, tls, ipsec, wireguard, or any other word of a-z, 0-9 and '-'.",
        HelpName = "USE",
        Required = true,
    };

    private readonly RecordOptions _record = new();
    private readonly JsonOption _json = new();

    public Command Create()
    {
        Command command = new("key-record", "Prints the TXT record that publishes a key.") { _file, _name, _use, _json };
        _record.AddTo(command);
        context.SetAction(command, Execute);
        return command;
    }

    private ExitCode Execute(ParseResult parsed)
    {
        Use use = Use.Parse(parsed.GetRequiredValue(_use));
        PublicKey key = PublicKeyFile.Read(parsed.GetRequiredValue(_file), use, context.Environment);
        HostSettings? settings = parsed.GetValue(_name) is null ? context.FolderOf(parsed).ReadSettings() : null;
        DomainName name = settings?.Name ?? DomainName.Parse(parsed.GetRequiredValue(_name)!);
        PublishedRecord record = _record.Publish(parsed, new KeyRecord(name, use, key, null, null), settings);

        context.Environment.Output.WriteLine(parsed.GetValue(_json) ? JsonLine.Of(record.WriteTo) : _record.Text(parsed, record));
        return ExitCode.Found;
    }
}
