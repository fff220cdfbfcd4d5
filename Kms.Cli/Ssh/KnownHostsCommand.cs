using System.CommandLine;
using System.Security.Cryptography;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary><c>kms known-hosts</c>: what OpenSSH's KnownHostsCommand asks for.</summary>
internal sealed class KnownHostsCommand(CommandContext context)
{
    private const string Help = """
        Prints the host's key as a line of known_hosts, for ssh's KnownHostsCommand. In ~/.ssh/config or /etc/ssh/ssh_config:

          Host *.example.com
              KnownHostsCommand /usr/bin/kms known-hosts %H %K
              StrictHostKeyChecking yes
              UserKnownHostsFile none

        The key is the one that the host publishes for the use ssh, of whatever type ssh has: P-256, P-384, P-521, RSA or Ed25519 ('kms key-record /etc/ssh/ssh_host_ed25519_key.pub --use ssh'). One is enough where the host has several: ssh asks before it connects, and has the host show that one. With HostKeyAlias it asks for HostName at that time, and takes Ed25519 if nothing is known: publish that, or set HostKeyAlgorithms.

        Nothing is printed, and ssh goes on with its other known hosts, where the host has no such key, no trusted KMS serves its domain, or ssh looks for an address. Where a check fails, the KMS does not answer, or the host shows another key than the attested one, the reason goes to standard error, and ssh ends with "KnownHostsCommand failed" and asks nothing, whatever StrictHostKeyChecking says.

        ssh looks for the name that it was given, or HostName, or HostKeyAlias; CanonicalizeHostname makes full names of short ones.
        """;

    /// <summary>What ssh writes for %K while it does not know yet which key the host has.</summary>
    private const string NoneShown = "NONE";

    private readonly Argument<string> _name = new("NAME") { Description = "The host as ssh looks it up: %H, that is NAME or [NAME]:PORT." };
    private readonly Argument<string?> _shown = new("SHOWN")
    {
        Description = "The key that the host shows: %K. Where it is not the one in the own table, the KMS is asked again; another than the attested one is refused, even where a known_hosts file has it or StrictHostKeyChecking is no.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string> _use = new("--use") { Description = "The use of the key, if it is not ssh.", DefaultValueFactory = _ => "ssh", HelpName = "USE" };

    public Command Create()
    {
        Command command = new("known-hosts", Help) { _name, _shown, _use };
        context.SetAction(command, ExecuteAsync);
        return command;
    }

    private async Task<ExitCode> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        byte[]? shown = ReadShown(parsed.GetValue(_shown));
        Use use = Use.Parse(parsed.GetRequiredValue(_use));
        if (!SshTarget.TryParse(parsed.GetRequiredValue(_name), out SshTarget target)) return ExitCode.Found;
        using HostSession session = HostSession.Open(context, parsed);

        KeyResult result = await session.Client.GetKeyAsync(target.Name, use, cancellationToken);

        // The host may have changed its key since the own table's entry was attested.
        if (result is KeyFound { Source: KeySource.OwnTable } kept && Objection(kept.Key, shown) is not null)
            result = await session.Client.RefreshKeyAsync(target.Name, use, cancellationToken);

        switch (result)
        {
            case KeyFound found when Objection(found.Key, shown) is { } objection:
                await context.Environment.Error.WriteLineAsync($"kms: {found.Name} is refused: {found.Anchor} attests {objection}.");
                return ExitCode.Refused;
            case KeyFound found:
                await context.Environment.Output.WriteLineAsync($"{target.Pattern} {OpenSshLine.Write(KeyParts.Of(found.Key))}");
                await session.SettleAsync(cancellationToken);
                return ExitCode.Found;
            case KeyAbsent or KeyWithoutAnchor:
                return ExitCode.Found;
            default:
                await context.Environment.Error.WriteLineAsync($"kms: {result.Summary}");
                return KeyResultCode.Of(result);
        }
    }

    /// <summary>What speaks against an attested key; null where nothing does.</summary>
    private static string? Objection(PublicKey attested, byte[]? shown)
    {
        try
        {
            byte[] blob = SshKey.Write(KeyParts.Of(attested));
            return shown is null || shown.AsSpan().SequenceEqual(blob)
                ? null
                : $"the key {SshKey.Fingerprint(blob)}, and the host shows {SshKey.Fingerprint(shown)}";
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return $"a key that ssh cannot use: {e.Message.TrimEnd('.')}";
        }
    }

    private static byte[]? ReadShown(string? text)
    {
        if (text is null or NoneShown) return null;
        byte[] blob = new byte[text.Length];
        return Convert.TryFromBase64String(text, blob, out int length) && SshKey.TryReadPlain(blob.AsSpan(0, length), out byte[]? shown)
            ? shown
            : throw new FormatException($"SHOWN is neither {NoneShown} nor the base64 of a key: write %K.");
    }
}
