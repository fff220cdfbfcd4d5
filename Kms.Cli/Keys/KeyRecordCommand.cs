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

    public Command Create()
    {
        Command command = new("key-record", "Prints the owner and the text of the TXT record that publishes a key.") { _file, _name, _use };
        context.SetAction(command, ExecuteAsync);
        return command;
    }

    private async Task<ExitCode> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        Use use = Use.Parse(parsed.GetRequiredValue(_use));
        PublicKey key = PublicKeyFile.Read(parsed.GetRequiredValue(_file), context.Environment);
        if (use.IsIdentity && key.Algorithm is not (KeyAlgorithm.P256 or KeyAlgorithm.Ed25519))
            throw new FormatException($"A key that authenticates a host is P-256 or Ed25519, and this is {KeyParts.Of(key).Kind}. Keys for other purposes go with --use.");
        DomainName name = parsed.GetValue(_name) is { } named ? DomainName.Parse(named) : context.FolderOf(parsed).ReadSettings().Name;

        await context.Environment.Output.WriteLineAsync(KeyRecord.OwnerOf(name));
        await context.Environment.Output.WriteLineAsync(MessageText.Of(new KeyRecord(name, use, key, null, null)).ToString());
        return ExitCode.Found;
    }
}
