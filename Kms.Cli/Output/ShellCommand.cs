using System.Diagnostics;

namespace Kms.Cli;

/// <summary>A command of the user's, run by the system's shell.</summary>
internal static class ShellCommand
{
    /// <summary>Runs it to its end; a failure is told, and is no exception.</summary>
    /// <param name="command">The command.</param>
    /// <param name="variables">What it finds in its environment, besides this process's.</param>
    /// <param name="environment">Where a failure is told.</param>
    /// <param name="cancellationToken">Ends the wait; the command goes on.</param>
    /// <returns>Whether it ended with 0.</returns>
    public static async Task<bool> RunAsync(string command, IReadOnlyDictionary<string, string> variables, CommandEnvironment environment, CancellationToken cancellationToken)
    {
        ProcessStartInfo start = OperatingSystem.IsWindows() ? new("cmd.exe", ["/c", command]) : new("/bin/sh", ["-c", command]);
        foreach ((string name, string value) in variables) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode == 0) return true;
        await environment.Error.WriteLineAsync($"kms: the command \"{command}\" ended with {process.ExitCode}.");
        return false;
    }
}
