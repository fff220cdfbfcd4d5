using System.Globalization;

namespace Kms.Benchmarks;

/// <summary>What the system says that a process has open, by kind, and how many threads and how much memory it has.</summary>
internal static class Descriptors
{
    private const string SocketLink = "socket:[";
    private const int InodeOfInternet = 9;
    private const double Kilo = 1024;

    /// <summary>Adds a process to sums. One that has ended adds nothing.</summary>
    public static void Add(int process, Dictionary<Measure, double> sums)
    {
        string folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}");
        try
        {
            foreach (string line in File.ReadLines(Path.Combine(folder, "status")))
            {
                if (line.StartsWith("VmRSS:", StringComparison.Ordinal)) Count(Measure.Memory, NumberIn(line) / Kilo);
                if (line.StartsWith("Threads:", StringComparison.Ordinal)) Count(Measure.Threads, NumberIn(line));
            }
            HashSet<string> udp = [.. Inodes(folder, "udp"), .. Inodes(folder, "udp6")], tcp = [.. Inodes(folder, "tcp"), .. Inodes(folder, "tcp6")];
            foreach (FileInfo descriptor in new DirectoryInfo(Path.Combine(folder, "fd")).EnumerateFiles())
            {
                string link = descriptor.LinkTarget ?? "";
                string? inode = link.StartsWith(SocketLink, StringComparison.Ordinal) ? link[SocketLink.Length..^1] : null;
                Count(inode is null ? Measure.Files : udp.Contains(inode) ? Measure.UdpSockets : tcp.Contains(inode) ? Measure.TcpSockets : Measure.OtherSockets, 1);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or closed what was just looked at.
        }

        void Count(Measure measure, double more) => sums[measure] = sums.GetValueOrDefault(measure) + more;
    }

    private static IEnumerable<string> Inodes(string folder, string protocol) =>
        File.ReadLines(Path.Combine(folder, "net", protocol)).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[InodeOfInternet]);

    private static double NumberIn(string line) => double.Parse(line.Split(' ', '\t').First(part => part.Length > 0 && char.IsAsciiDigit(part[0])), CultureInfo.InvariantCulture);
}
