using System.Globalization;

namespace Kms.Benchmarks;

/// <summary>Prints what a load has shown.</summary>
internal static class LoadReport
{
    private const int FaultsShown = 5;

    /// <summary>Prints rate, latencies, and what became of each kind.</summary>
    public static void Write(LoadResult result, TextWriter output)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Rate:N0} answers a second for {result.Elapsed.TotalSeconds:0.0} s; latency p50 {Text(result, 0.5)}, p99 {Text(result, 0.99)}, p99.9 {Text(result, 0.999)} ms"));
        if (result.RanOut) output.WriteLine("It ended early: the packets made for it were used up.");
        foreach (PacketKind kind in Enum.GetValues<PacketKind>().Where(kind => result.SentOf(kind) > 0))
        {
            IEnumerable<string> outcomes = Enum.GetValues<Outcome>().Where(outcome => result.Of(kind, outcome) != 0)
                .Select(outcome => string.Create(CultureInfo.InvariantCulture, $"{outcome.ToString().ToLowerInvariant()} {result.Of(kind, outcome):N0}"));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind.ToString().ToLowerInvariant(),-10} sent {result.SentOf(kind),10:N0}   {string.Join(", ", outcomes)}"));
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  checked completely: {result.Checked:N0} answers, {result.Faults.Count:N0} faults"));
        foreach (string fault in result.Faults.Take(FaultsShown)) output.WriteLine("    " + fault);
    }

    private static string Text(LoadResult result, double part) => result.Latency.Quantile(part).TotalMilliseconds.ToString("0.00", CultureInfo.InvariantCulture);
}
