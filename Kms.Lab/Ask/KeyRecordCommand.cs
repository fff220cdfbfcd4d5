using System.CommandLine;
using System.Security.Cryptography;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>The command <c>key-record</c>: what publishes a host's key, to be put into its zone.</summary>
internal sealed class KeyRecordCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "The file of the host's public or private key (PEM)." };
    private readonly Argument<string> _name = new("NAME") { Description = "The host." };
    private readonly Option<string> _use = new("--use") { Description = "The purpose of the key, such as ssh.", DefaultValueFactory = _ => Use.Identity.Value };
    private readonly TextWriter _output;

    public KeyRecordCommand(TextWriter output) => _output = output;

    /// <summary>The command, to be added to another.</summary>
    public Command Create()
    {
        Command command = new("key-record", "Prints the owner and the text of the TXT record that publishes the key of a host.") { _file, _name, _use };
        command.SetAction(ExecuteAsync);
        return command;
    }

    private Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken) => Mistakes.ReportAsync(_output, async () =>
    {
        DomainName name = DomainName.Parse(parsed.GetValue(_name)!);
        string use = parsed.GetValue(_use)!;
        PublicKey key = ReadKey(await File.ReadAllTextAsync(parsed.GetValue(_file)!, cancellationToken));
        KeyRecord record = new(name, use == Use.Identity.Value ? Use.Identity : Use.Parse(use), key, null, null);
        if (record.Use.IsIdentity && key.Algorithm is not (KeyAlgorithm.P256 or KeyAlgorithm.Ed25519))
            throw new CryptographicException("A key that authenticates a host is P-256 (named curve, uncompressed point) or Ed25519, and this is neither. Keys for other purposes go with --use.");
        await _output.WriteLineAsync(KeyRecord.OwnerOf(name));
        await _output.WriteLineAsync(MessageText.Of(record).ToString());
        return LabCommand.Good;
    });

    /// <summary>The public key of a file that has either half.</summary>
    private static PublicKey ReadKey(string pem)
    {
        if (PemEncoding.TryFind(pem, out PemFields fields) && pem[fields.Label] == "PUBLIC KEY") return PublicKey.Parse(pem[fields.Base64Data].ReplaceLineEndings(""));
        using SigningKey key = new KeyImporter(null).ImportPem(pem);
        return key.PublicKey;
    }
}
