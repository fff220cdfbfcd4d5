using System.CommandLine;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary><c>kms explain</c>: what happens when a key is asked for, and why.</summary>
internal sealed class ExplainCommand(CommandContext context)
{
    private readonly KeyQuestionArguments _question = new();
    private readonly FreshOption _fresh = new();
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Show the messages that were sent and judged, too." };
    private readonly JsonOption _json = new();

    public Command Create()
    {
        Command command = new("explain", "Asks for a key and tells each step: the own table, whom to believe, the inquiry, the checks, and what to do where it failed.");
        _question.AddTo(command);
        command.Options.Add(_fresh);
        command.Options.Add(_verbose);
        command.Options.Add(_json);
        context.SetAction(command, ExecuteAsync);
        return command;
    }

    private async Task<ExitCode> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        (DomainName name, Use use) = _question.Read(parsed);
        CommandEnvironment environment = context.Environment;
        using HostSession session = HostSession.Open(context, parsed);

        KeyResult result = await _fresh.AskAsync(session, parsed, name, use, cancellationToken);

        if (parsed.GetValue(_json)) await environment.Output.WriteLineAsync(KeyResultJson.Of(result, Advice.Of(result, session.Settings)));
        else new Explanation(environment.Output, session.Settings, parsed.GetValue(_verbose)).Write(result, environment.Time.GetUtcNow());
        await session.SettleAsync(cancellationToken);
        return KeyResultCode.Of(result);
    }
}
