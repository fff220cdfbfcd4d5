using System.CommandLine;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>With which key a host speaks TLS, and for which use that key and the other side's are published.</summary>
internal sealed class TunnelKeyOption
{
    public Option<string?> File { get; } = new("--key")
    {
        Description = "The file of the private key to speak TLS with (PEM, P-256). Otherwise it is the host's identity key.",
        HelpName = "FILE",
    };

    public Option<string> Use { get; } = new("--use")
    {
        Description = "For which use the keys of both sides are published. Any other than identity needs --key.",
        DefaultValueFactory = _ => Protocol.Use.Identity.Value,
        HelpName = "USE",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(File);
        command.Options.Add(Use);
    }

    /// <exception cref="FormatException">It is no use.</exception>
    /// <exception cref="ConfigurationException">It needs a key of its own.</exception>
    public Use ReadUse(ParseResult parsed)
    {
        Use use = Protocol.Use.Parse(parsed.GetRequiredValue(Use));
        return use.IsIdentity || parsed.GetValue(File) is not null
            ? use
            : throw new ConfigurationException($"The identity key is not published for the use {use}: name the private key of that use with --key FILE.");
    }

    /// <exception cref="ConfigurationException">It cannot be read.</exception>
    public SigningKey Read(ParseResult parsed, HostFolder folder, HostSettings settings) =>
        folder.ReadPrivateKey(parsed.GetValue(File) is { } file ? Path.GetFullPath(file) : settings.PrivateKey);
}
