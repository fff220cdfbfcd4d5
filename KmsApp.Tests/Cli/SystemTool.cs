using System.ComponentModel;
using System.Diagnostics;

namespace KmsApp.Tests.Cli;

/// <summary>Programs of the system. A test that needs one that is not here is inconclusive.</summary>
internal static class SystemTool
{
    /// <summary>Runs a program to its end.</summary>
    internal static async Task<CommandRun> RunAsync(string program, params string[] args)
    {
        using Process process = Start(program, args);
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandRun(process.ExitCode, output, await error);
    }

    /// <summary>Runs a program that must succeed.</summary>
    /// <returns>What it has printed.</returns>
    internal static async Task<string> MakeAsync(string program, params string[] args)
    {
        CommandRun run = await RunAsync(program, args);
        Assert.AreEqual(0, run.Code, $"{program} {string.Join(' ', args)}: {run.Output}{run.Error}");
        return run.Output;
    }

    /// <summary>Starts a program; its three streams are the caller's.</summary>
    internal static Process Start(string program, params string[] args)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, args) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception e)
        {
            Assert.Inconclusive($"{program} is not here ({e.Message}): nothing was tried with it.");
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
