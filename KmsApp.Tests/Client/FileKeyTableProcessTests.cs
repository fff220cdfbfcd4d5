using System.Diagnostics;
using System.Globalization;
using Kms.Client;

namespace KmsApp.Tests;

/// <summary>Many processes at one table, and processes that are killed while they write.</summary>
[TestClass]
[DoNotParallelize]
public sealed class FileKeyTableProcessTests
{
    private readonly string _root = Directory.CreateTempSubdirectory("Kms.Table.").FullName;
    private readonly List<Process> _started = [];

    public required TestContext TestContext { get; set; }

    private string Folder => Path.Combine(_root, "table");

    [TestCleanup]
    public void EndProcesses()
    {
        foreach (Process process in _started)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
        Directory.Delete(_root, recursive: true);
    }

    [TestMethod]
    public async Task TryKeep_ThirtyTwoProcessesAtOnce_NoMarkSetTwiceOrBack()
    {
        const int processes = 32;
        Process[] workers = await StartAsync(processes, writes: 4);
        foreach (Process worker in workers) worker.StandardInput.WriteLine();
        string[] outputs = await Task.WhenAll(workers.Select(worker => worker.StandardOutput.ReadToEndAsync()));

        (int Row, long At)[] kept = [.. outputs.SelectMany(Lines)];
        Assert.IsGreaterThan(TableWorker.Names, kept.Length);
        // Each key is another, so the mark admits each second once. Two writers that had read the same mark would both be admitted.
        CollectionAssert.AllItemsAreUnique(kept);
        foreach (string output in outputs)
        {
            foreach (IGrouping<int, (int Row, long At)> row in Lines(output).GroupBy(line => line.Row))
                CollectionAssert.AreEqual(row.Select(line => line.At).Order().ToArray(), row.Select(line => line.At).ToArray());
        }
        AssertWhole(kept, exactly: true);
    }

    [TestMethod]
    public async Task TryKeep_ProcessesKilledWhileTheyWrite_RowsAreWholeAndMarksNeverMoveBack()
    {
        int seed = Environment.TickCount & 0xFFFF;
        TestContext.WriteLine($"seed {seed}");
        Random random = new(seed);
        Process[] workers = await StartAsync(10, writes: 1_000_000);
        foreach (Process worker in workers) worker.StandardInput.WriteLine();

        List<(int Row, long At)> kept = [];
        foreach (Process worker in workers)
        {
            for (int lines = random.Next(1, 12); lines > 0; lines--) kept.AddRange(Lines(await worker.StandardOutput.ReadLineAsync() ?? ""));
            Thread.SpinWait(random.Next(200_000)); // it is anywhere in its write
            worker.Kill();
            kept.AddRange(Lines(await worker.StandardOutput.ReadToEndAsync(), isCut: true));
            AssertWhole([.. kept], exactly: false);
        }

        CollectionAssert.AllItemsAreUnique(kept);
        // It throws when a killed writer holds the others up.
        Assert.IsNotEmpty(new FileKeyTable(Folder).Forget(TableWorker.NameOf(0), null, withMarks: true, TableWorker.Start));
    }

    /// <summary>Every row is there, with a mark that is at least as new as all that was kept.</summary>
    private void AssertWhole((int Row, long At)[] kept, bool exactly)
    {
        FileKeyTable table = new(Folder);
        foreach (IGrouping<int, (int Row, long At)> row in kept.GroupBy(line => line.Row))
        {
            Assert.IsTrue(table.TryFind(TableWorker.QuestionOf(row.Key), TableWorker.Start, out KeyTableEntry? entry), $"row {row.Key} is lost");
            long newest = row.Max(line => line.At), found = entry.At.ToUnixTimeSeconds();
            if (exactly) Assert.AreEqual(newest, found);
            else Assert.IsGreaterThanOrEqualTo(newest, found);
        }
    }

    /// <summary>What a worker says it has kept; the last line of one that was killed may be half of one. On a slow machine
    /// one may lose patience with the others: then it has kept nothing, and says so.</summary>
    private static IEnumerable<(int Row, long At)> Lines(string output) => Lines(output, isCut: false);

    private static IEnumerable<(int Row, long At)> Lines(string output, bool isCut)
    {
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (isCut && !output.EndsWith('\n') && lines.Length > 0) lines = lines[..^1];
        return lines.Where(line => !line.EndsWith("busy", StringComparison.Ordinal)).Select(line => line.Split(' ') is [var row, var at] && int.TryParse(row, out int i)
            ? (i, long.Parse(at, CultureInfo.InvariantCulture))
            : throw new AssertFailedException($"A worker says: {line}"));
    }

    private async Task<Process[]> StartAsync(int count, int writes)
    {
        string anchorFile = Path.Combine(_root, "anchor.pem");
        await File.WriteAllTextAsync(anchorFile, ClientWorld.Kms00.Key.ToPem());
        Process[] workers = [.. Enumerable.Range(0, count).Select(seed => Start(anchorFile, seed, writes))];
        foreach (Process worker in workers) Assert.AreEqual("ready", await worker.StandardOutput.ReadLineAsync());
        return workers;
    }

    private Process Start(string anchorFile, int seed, int writes)
    {
        string tests = typeof(TableWorker).Assembly.Location;
        ProcessStartInfo start = new("dotnet", [tests, TableWorker.Word, Folder, anchorFile, $"{seed}", $"{writes}"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["DOTNET_TieredPGO"] = "0"; // thirty-two at once: start quickly, and no more
        Process process = Process.Start(start)!;
        _started.Add(process);
        return process;
    }
}
