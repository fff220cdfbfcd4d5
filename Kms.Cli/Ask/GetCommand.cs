using System.CommandLine;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary><c>kms get</c>: the key of a host, from the own table or from the KMS.</summary>
internal sealed class GetCommand(CommandContext context)
{
    private readonly KeyQuestionArguments _question = new();

    public Command Create()
    {
        Command command = new("get", "Gets the key of a host.");
        _question.AddTo(command);
        context.SetAction(command, ExecuteAsync);
        return command;
    }

    private async Task<ExitCode> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        (DomainName name, Use use) = _question.Read(parsed);
        using HostSession session = HostSession.Open(context, parsed);

        KeyResult result = await session.Client.GetKeyAsync(name, use, cancellationToken);

        if (result is KeyFound found)
        {
            await context.Environment.Output.WriteLineAsync(found.Key.ToPem());
            if (found.NotKept is { } trouble) await context.Environment.Error.WriteLineAsync($"kms: the key could not be kept: {trouble}");
        }
        else
        {
            await context.Environment.Error.WriteLineAsync($"kms: {result.Summary}");
        }
        await session.SettleAsync(cancellationToken);
        return KeyResultCode.Of(result);
    }
}
