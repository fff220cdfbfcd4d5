using System.CommandLine;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>NAME and <c>--use</c>, as every command that asks for a key takes them.</summary>
internal sealed class KeyQuestionArguments
{
    private readonly Argument<string> _name = new("NAME") { Description = "The host whose key is wanted, such as host-b.c.a.xx." };
    private readonly Option<string> _use;

    /// <param name="use">The use where none is given.</param>
    public KeyQuestionArguments(Use use = default) => _use = new("--use")
    {
        Description = "What the key is for: identity, ssh, tls, ipsec, wireguard, or any other word of a-z, 0-9 and '-'.",
        DefaultValueFactory = _ => use.Value,
        HelpName = "USE",
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_name);
        command.Options.Add(_use);
    }

    /// <exception cref="FormatException">It is no name, or no use.</exception>
    public (DomainName Name, Use Use) Read(ParseResult parsed) => (DomainName.Parse(parsed.GetRequiredValue(_name)), Use.Parse(parsed.GetRequiredValue(_use)));
}
