using System.CommandLine;

namespace Kms.Cli;

/// <summary><c>kms completion</c>: what a shell needs to complete the command's words. The words come from the command itself.</summary>
internal sealed class CompletionCommand(CommandContext context)
{
    // The directive [suggest:POSITION] is System.CommandLine's: it prints what may stand at that position of the line, a word a line.
    private const string Bash = """
        _kms() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(kms "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _kms kms
        """;

    private const string Zsh = """
        #compdef kms
        _kms() {
            local -a words_found
            words_found=("${(@f)$(kms "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a words_found || _files
        }
        compdef _kms kms
        """;

    private const string Fish = """
        complete -c kms -a '(kms "[suggest:"(commandline -C)"]" (commandline -c) 2>/dev/null)'
        """;

    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh or fish." };

    public Command Create()
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Command command = new("completion", "Prints what a shell needs to complete commands and options: eval \"$(kms completion bash)\" in ~/.bashrc; for fish: kms completion fish | source.") { _shell };
        context.SetAction(command, parsed =>
        {
            context.Environment.Output.WriteLine(parsed.GetRequiredValue(_shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                _ => Fish,
            });
            return ExitCode.Found;
        });
        return command;
    }
}
