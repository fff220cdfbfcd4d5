using System.CommandLine;
using System.Globalization;
using Kms.Cli;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>The command <c>ask</c>: one host's question to a running KMS, as docs/OPERATING.md uses it to see whether a server works.</summary>
internal sealed class AskCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "The host whose key is asked for." };
    private readonly Option<string> _as = new("--as") { Description = "The name of the host that asks; its key is published at its KMS.", Required = true };
    private readonly Option<string> _key = new("--key") { Description = "The file of that host's private key (PEM).", Required = true };
    private readonly Option<string> _kms = new("--kms") { Description = "The KMS that is asked: NAME=PUBLICKEY; several keys are joined by commas.", Required = true };
    private readonly Option<string[]> _servers = new("--server") { Description = "Where that KMS answers: IP, IP:port or tls://HOST. May be repeated.", Required = true };
    private readonly Option<string[]> _trust = new("--trust") { Description = "A KMS whose attestations count: NAME=DOMAIN=PUBLICKEY; several keys are joined by commas. May be repeated.", Required = true };
    private readonly Option<string> _use = new("--use") { Description = "The purpose of the key, such as ssh.", DefaultValueFactory = _ => Use.Identity.Value };
    private readonly Option<bool> _mac = new("--mac") { Description = "Authenticate by a MAC instead of a signature." };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Print the messages, too." };
    private readonly TextWriter _output;

    public AskCommand(TextWriter output) => _output = output;

    /// <summary>The command, to be added to another.</summary>
    public Command Create()
    {
        Command command = new("ask", "Asks a running KMS for the key of a host, checks the answer, and shows each step. Nothing is kept.")
        {
            _name, _as, _key, _kms, _servers, _trust, _use, _mac, _verbose,
        };
        command.SetAction(ExecuteAsync);
        return command;
    }

    private Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken) => Mistakes.ReportAsync(_output, async () =>
    {
        DomainName name = DomainName.Parse(parsed.GetValue(_name)!);
        string use = parsed.GetValue(_use)!;
        KeyImporter importer = new(null);
        using SigningKey key = importer.ImportPem(await File.ReadAllTextAsync(parsed.GetValue(_key)!, cancellationToken));
        KmsClient client = new(Configuration(parsed, key), new KmsClientEnvironment { Exchange = new DnsExchange(new SocketDnsWire(), TimeProvider.System), Importer = importer });

        KeyResult result = await client.GetKeyAsync(name, use == Use.Identity.Value ? Use.Identity : Use.Parse(use), cancellationToken);

        await WriteAsync(result, parsed.GetValue(_verbose));
        return result is KeyFound ? LabCommand.Good : LabCommand.Bad;
    });

    private KmsClientConfiguration Configuration(ParseResult parsed, SigningKey key) => new()
    {
        Name = DomainName.Parse(parsed.GetValue(_as)!),
        Key = key,
        Kms = PartyText.Asked(parsed.GetValue(_kms)!, [.. parsed.GetValue(_servers)!.Select(KmsAddress.Parse)]),
        TrustAnchors = [.. parsed.GetValue(_trust)!.Select(PartyText.Anchor)],
        Authentication = parsed.GetValue(_mac) ? SealKind.Mac : SealKind.Signature,
    };

    private async Task WriteAsync(KeyResult result, bool isVerbose)
    {
        foreach (TraceStep step in result.Trace)
        {
            await _output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"step {(int)step.Step}  {step.Text}"));
            if (isVerbose && step.Message is { } message) await _output.WriteLineAsync($"         {message}");
        }
        await _output.WriteLineAsync(result.Summary);
        if (result is KeyFailed { ExtendedError.Text: { Length: > 0 } text }) await _output.WriteLineAsync($"the server says, and nobody authenticates it: \"{text}\"");
        if (result is KeyFound found) await _output.WriteLineAsync($"key: {found.Key}");
    }
}
