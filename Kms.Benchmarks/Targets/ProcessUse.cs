using System.Diagnostics;
using System.Globalization;

namespace Kms.Benchmarks;

/// <summary>What processes use of the machine, their children included.</summary>
internal sealed class ProcessUse(params IReadOnlyList<int> processes)
{
    private const string Proc = "/proc";

    /// <summary>The processor time so far.</summary>
    public TimeSpan ProcessorTime => Sum(process => process.TotalProcessorTime, (sum, time) => sum + time);

    /// <summary>The memory that is in use.</summary>
    public long Bytes => Sum(process => process.WorkingSet64, (sum, bytes) => sum + bytes);

    /// <summary>How many files and sockets are open.</summary>
    public int Descriptors => Sum(process => Directory.EnumerateFileSystemEntries($"{Proc}/{process.Id}/fd").Count(), (sum, count) => sum + count);

    /// <summary>The processes that run.</summary>
    public IReadOnlyList<int> All => [.. processes.Concat(Children()).Where(id => !Directory.Exists(Proc) || Directory.Exists($"{Proc}/{id}"))];

    private T Sum<T>(Func<Process, T> read, Func<T, T, T> add)
        where T : struct
    {
        T sum = default;
        foreach (int id in All)
        {
            try
            {
                using Process process = Process.GetProcessById(id);
                sum = add(sum, read(process));
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or IOException)
            {
                // It has just ended.
            }
        }
        return sum;
    }

    private IEnumerable<int> Children()
    {
        if (!Directory.Exists(Proc)) yield break;
        Dictionary<int, int> parents = [];
        foreach (string folder in Directory.EnumerateDirectories(Proc))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id)) continue;
            string stat;
            try
            {
                stat = File.ReadAllText(Path.Combine(folder, "stat"));
            }
            catch (IOException)
            {
                continue;
            }
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            parents[id] = int.Parse(fields[1], CultureInfo.InvariantCulture);
        }
        HashSet<int> known = [.. processes];
        Queue<int> left = new(processes);
        while (left.TryDequeue(out int parent))
        {
            foreach ((int id, int of) in parents)
            {
                if (of != parent || !known.Add(id)) continue;
                left.Enqueue(id);
                yield return id;
            }
        }
    }
}
