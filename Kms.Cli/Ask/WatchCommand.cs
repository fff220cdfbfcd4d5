using System.CommandLine;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary><c>kms watch</c>: follows a key, and reports when it changes.</summary>
internal sealed class WatchCommand(CommandContext context)
{
    private const string DefaultInterval = "1m";

    private readonly KeyQuestionArguments _question = new();
    private readonly Option<string> _every = new("--every")
    {
        Description = "How often the KMS is asked, such as 30s, 5m or 1h.",
        DefaultValueFactory = _ => DefaultInterval,
        HelpName = "DURATION",
    };
    private readonly Option<string?> _run = new("--run")
    {
        Description = "A command for the shell, run at every change and also for the first key. It finds KMS_NAME, KMS_USE, KMS_OUTCOME, KMS_KEY and KMS_OLD_KEY in its environment (keys as base64 of a SubjectPublicKeyInfo).",
        HelpName = "COMMAND",
    };
    private readonly JsonOption _json = new();

    public Command Create()
    {
        Command command = new("watch", "Follows a key until it is stopped (Ctrl+C), and reports every change: another key, none any more, refused, and back again. A KMS that does not answer is reported once.");
        _question.AddTo(command);
        command.Options.Add(_every);
        command.Options.Add(_run);
        command.Options.Add(_json);
        context.SetAction(command, ExecuteAsync);
        return command;
    }

    private async Task<ExitCode> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        (DomainName name, Use use) = _question.Read(parsed);
        TimeSpan every = DurationText.Parse(parsed.GetRequiredValue(_every));
        CommandEnvironment environment = context.Environment;
        using HostSession session = HostSession.Open(context, parsed);
        using PeriodicTimer timer = new(every, environment.Time);
        ExitCode? reported = null;
        (ExitCode Outcome, PublicKey? Key)? standing = null; // what the last authenticated answer said
        PublicKey? lastKey = null;
        try
        {
            do
            {
                KeyResult result = await session.Client.RefreshKeyAsync(name, use, cancellationToken);
                ExitCode outcome = KeyResultCode.Of(result);
                PublicKey? key = (result as KeyFound)?.Key;

                // No answer is no change: the key is what it was. It is told all the same, and so is the first answer after it.
                bool isChange = outcome != ExitCode.Failed && !(standing is { } last && last.Equals((outcome, key)));
                if (isChange || outcome != reported) await ReportAsync(result, isJson: parsed.GetValue(_json));
                reported = outcome;
                if (!isChange) continue;
                standing = (outcome, key);
                if (parsed.GetValue(_run) is { } command) await ShellCommand.RunAsync(command, Variables(result, key, lastKey), environment, cancellationToken);
                lastKey = key ?? lastKey;
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped by its user, as it is meant to be.
        }
        return reported ?? ExitCode.Failed;
    }

    private async Task ReportAsync(KeyResult result, bool isJson)
    {
        CommandEnvironment environment = context.Environment;
        await environment.Output.WriteLineAsync(isJson
            ? KeyResultJson.Of(result)
            : $"{environment.Time.GetUtcNow():u}  {result.Summary}{(result is KeyFound found ? $" SHA-256 {found.Key.Fingerprint}" : "")}");
        await environment.Output.FlushAsync(CancellationToken.None);
    }

    private static Dictionary<string, string> Variables(KeyResult result, PublicKey? key, PublicKey? lastKey) => new()
    {
        ["KMS_NAME"] = result.Name.Value,
        ["KMS_USE"] = result.Use.Value,
        ["KMS_OUTCOME"] = KeyResultJson.OutcomeOf(result),
        ["KMS_KEY"] = key?.ToString() ?? "",
        ["KMS_OLD_KEY"] = lastKey?.ToString() ?? "",
    };
}
