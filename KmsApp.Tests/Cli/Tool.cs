using System.ComponentModel;
using System.Diagnostics;

namespace KmsApp.Tests.Cli;

/// <summary>A program of the system; a test that needs one that is not installed is inconclusive.</summary>
internal static class Tool
{
    /// <summary>Starts it with its output and errors at hand.</summary>
    internal static Process Start(string program, params string[] args)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, args) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception e)
        {
            Assert.Inconclusive($"The program {program} is not here ({e.Message}): nothing was checked against it.");
            throw;
        }
    }

    /// <summary>Runs it to its end.</summary>
    internal static async Task<(int Code, string Output)> RunAsync(string input, string program, params string[] args)
    {
        using Process process = Start(program, args);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }
}
