using System.CommandLine;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary><c>kms get</c>: the key of a host, from the own table or from the KMS, in the form that somebody needs.</summary>
internal sealed class GetCommand(CommandContext context)
{
    private readonly KeyQuestionArguments _question = new();
    private readonly Option<string> _format = new("--format")
    {
        Description = "The form in which the key is printed.",
        DefaultValueFactory = _ => KeyFormat.All[0].Name,
    };
    private readonly FreshOption _fresh = new();
    private readonly JsonOption _json = new();

    public Command Create()
    {
        _format.AcceptOnlyFromAmong([.. KeyFormat.All.Select(format => format.Name)]);
        Command command = new("get", "Gets the key of a host, checked, and prints it. Where there is none, the exit code tells why: 2 it has no key, 3 refused, 4 no answer.");
        _question.AddTo(command);
        command.Options.Add(_format);
        command.Options.Add(_fresh);
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

        if (parsed.GetValue(_json)) await environment.Output.WriteLineAsync(KeyResultJson.Of(result));
        else if (result is KeyFound found)
        {
            await environment.Output.WriteLineAsync(KeyFormat.Parse(parsed.GetRequiredValue(_format)).Write(found.Key, found.Name));
            if (found.NotKept is { } trouble) await environment.Error.WriteLineAsync($"kms: the key could not be kept: {trouble}");
        }
        else await environment.Error.WriteLineAsync($"kms: {result.Summary} More: kms explain {name} --use {use}");
        await session.SettleAsync(cancellationToken);
        return KeyResultCode.Of(result);
    }
}
