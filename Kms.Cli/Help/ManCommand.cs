using System.CommandLine;

namespace Kms.Cli;

/// <summary><c>kms man</c>: the manual page, made from the commands as they are.</summary>
internal sealed class ManCommand(CommandContext context, Func<RootCommand> root)
{
    public Command Create()
    {
        Command command = new("man", "Prints the manual page: kms man > /usr/local/share/man/man1/kms.1, or kms man | man -l -");
        context.SetAction(command, _ =>
        {
            ManPage.Write(root(), context.Environment.Output);
            return ExitCode.Found;
        });
        return command;
    }
}
