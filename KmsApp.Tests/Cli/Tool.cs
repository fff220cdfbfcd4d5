using System.ComponentModel;
using System.Diagnostics;

namespace KmsApp.Tests.Cli;

/// <summary>Runs programs that are installed on this machine.</summary>
internal static class Tool
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Runs a program to its end; the test is inconclusive where it is not installed.</summary>
    public static async Task<CommandRun> RunAsync(string program, string[] arguments, string input = "", string? folder = null, TimeSpan? within = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Start(start);
        using CancellationTokenSource patience = new(within ?? Patience);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token), error = process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
            return new(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {within ?? Patience}.");
        }
    }

    /// <summary>Runs a program that must succeed.</summary>
    /// <returns>What it printed.</returns>
    public static async Task<string> MakeAsync(string program, string[] arguments, string input = "", string? folder = null)
    {
        CommandRun result = await RunAsync(program, arguments, input, folder);
        Assert.AreEqual(0, result.Code, $"{program} {string.Join(' ', arguments)}: {result.Output}{result.Error}");
        return result.Output;
    }

    /// <summary>Starts a program; the test is inconclusive where it is not installed.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            Assert.Inconclusive($"{start.FileName} is not here ({e.Message}): nothing was tried with it.");
            throw;
        }
    }

    /// <summary>Makes a test inconclusive where a program is missing.</summary>
    internal static void Require(params string[] programs)
    {
        string[] folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin", "/sbin"];
        foreach (string program in programs)
        {
            if (!folders.Any(folder => File.Exists(Path.Combine(folder, program)))) Assert.Inconclusive($"{program} is not installed: nothing was tried with it.");
        }
    }
}
