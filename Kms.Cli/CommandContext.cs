using System.CommandLine;
using System.Security.Cryptography;
using Kms.Client;

namespace Kms.Cli;

/// <summary>What all subcommands share: the environment, the options that each of them has, and how mistakes are told.</summary>
internal sealed class CommandContext(CommandEnvironment environment)
{
    /// <summary>Where the host's configuration lies.</summary>
    public Option<string?> ConfigurationFolder { get; } = new("--config")
    {
        Description = $"The folder of kms.json. Otherwise the variable {HostFolder.Variable} names it; otherwise it is ~/.config/kms where that has a kms.json or there is no /etc/kms, and /etc/kms where not.",
        HelpName = "FOLDER",
        Recursive = true,
    };

    public CommandEnvironment Environment { get; } = environment;

    /// <summary>The host's folder, as the command line and the environment name it.</summary>
    public HostFolder FolderOf(ParseResult parsed) => HostFolder.Find(parsed.GetValue(ConfigurationFolder), Environment);

    /// <inheritdoc cref="SetAction(Command, Func{ParseResult, CancellationToken, Task{ExitCode}})"/>
    public void SetAction(Command command, Func<ParseResult, ExitCode> action) => SetAction(command, (parsed, _) => Task.FromResult(action(parsed)));

    /// <summary>Lets a command run a step that may find a mistake of its user's, which becomes one line instead of a stack trace.</summary>
    /// <param name="command">The command.</param>
    /// <param name="action">What it does.</param>
    public void SetAction(Command command, Func<ParseResult, CancellationToken, Task<ExitCode>> action) => command.SetAction(async (parsed, cancellationToken) =>
    {
        try
        {
            return (int)await action(parsed, cancellationToken);
        }
        catch (Exception e) when (e is FormatException or ConfigurationException or CryptographicException)
        {
            await Environment.Error.WriteLineAsync($"kms: {e.Message}");
            return (int)ExitCode.Misused;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return (int)ExitCode.Failed; // stopped by its user before there was a result
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Environment.Error.WriteLineAsync($"kms: {e.Message}");
            return (int)ExitCode.Failed;
        }
    });
}
