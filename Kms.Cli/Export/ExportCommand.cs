using System.CommandLine;

namespace Kms.Cli;

/// <summary><c>kms export</c>: the key of a host in the files of another program.</summary>
internal sealed class ExportCommand(CommandContext context)
{
    public Command Create() => new("export", "Writes the configuration that another program needs for a secure connection with a host.")
    {
        new ExportSwanctlCommand(context).Create(),
        new ExportWireGuardCommand(context).Create(),
    };
}
