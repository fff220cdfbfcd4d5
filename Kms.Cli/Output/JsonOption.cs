using System.CommandLine;

namespace Kms.Cli;

/// <summary><c>--json</c>, as every command that tells something has it.</summary>
internal sealed class JsonOption : Option<bool>
{
    public JsonOption()
        : base("--json") => Description = "Print JSON for programs, whose shape is stable (docs/HOSTS.md).";
}
