using System.Diagnostics;

namespace KmsApp.Tests;

/// <summary>
/// Another process, in a mount namespace of its own, with the app's folder on a disk of 64 KB that is filled or made read-only as each word on its
/// standard input says: it prints what the app does then.
/// </summary>
internal static class FailingDisk
{
    internal const string Word = "failing-disk";

    private const string Filler = "filler";

    /// <summary>Starts the process; the test is inconclusive where it may not mount.</summary>
    /// <param name="words">full, room, readonly, writable: the disk. start: the app, from the beginning. save: its configuration once more. lose: the key and marker are deleted.</param>
    internal static async Task<string[]> RunAsync(params string[] words)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root") Assert.Inconclusive("Only root may mount a small disk.");
        string folder = Directory.CreateTempSubdirectory("KmsApp.Disk.").FullName;
        try
        {
            ProcessStartInfo start = new("unshare", ["-m", "sh", "-c", "mount -t tmpfs -o size=64k,mode=700 none \"$1\" || exit 77; shift; exec \"$@\"", "sh", folder, "dotnet", typeof(FailingDisk).Assembly.Location, Word, folder, .. words])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (process.ExitCode == 77) Assert.Inconclusive("A small disk cannot be mounted here.");
            Assert.AreEqual(0, process.ExitCode, await errors);
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What the process does.</summary>
    internal static int Run(string disk, string[] words)
    {
        RunningApp? app = null;
        foreach (string word in words)
        {
            switch (word)
            {
                case "full":
                    Fill(disk);
                    break;
                case "room":
                    File.Delete(Path.Combine(disk, Filler));
                    break;
                case "readonly":
                    Remount(disk, "ro");
                    break;
                case "writable":
                    Remount(disk, "rw");
                    break;
                case "lose":
                    File.Delete(Path.Combine(disk, KeyMarker.FileName));
                    Directory.Delete(Path.Combine(disk, "keys"), recursive: true);
                    break;
                default:
                    app = word == "start" ? new RunningApp(folder: disk) : app;
                    app!.Server.Log.Clear();
                    app.StartAsync().GetAwaiter().GetResult();
                    Console.WriteLine($"{word}: {(app.ServesAsync().GetAwaiter().GetResult() ? "serves" : "idle")}");
                    foreach (string line in app.Server.Log) Console.WriteLine($"log: {line}");
                    foreach (string file in Directory.GetFiles(disk, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(disk, file)).Where(file => file != Filler).Order(StringComparer.Ordinal))
                        Console.WriteLine($"file: {file} {(new FileInfo(Path.Combine(disk, file)).Length > 0 ? "" : "empty")}".TrimEnd());
                    break;
            }
        }
        return 0;
    }

    private static void Fill(string disk)
    {
        try
        {
            using FileStream filler = new(Path.Combine(disk, Filler), FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
            while (true) filler.Write(new byte[1024]);
        }
        catch (IOException)
        {
            // Now it is full.
        }
    }

    private static void Remount(string disk, string mode)
    {
        using Process mount = Process.Start("mount", ["-o", $"remount,{mode}", disk]);
        mount.WaitForExit();
        if (mount.ExitCode != 0) throw new InvalidOperationException("The disk cannot be remounted.");
    }
}
