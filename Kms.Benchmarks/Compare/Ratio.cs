using System.Globalization;

namespace Kms.Benchmarks;

/// <summary>What rounds have shown: the median and the quartiles.</summary>
internal static class Ratio
{
    /// <summary>The median.</summary>
    public static double Median(IEnumerable<double> values) => At(values, 2);

    /// <summary>The median, and the quartiles where there are three rounds at least.</summary>
    public static string Text(IReadOnlyCollection<double> values, string format = "0.00")
    {
        string median = At(values, 2).ToString(format, CultureInfo.InvariantCulture);
        return values.Count < 3 ? median : string.Create(CultureInfo.InvariantCulture, $"{median} ({At(values, 1).ToString(format, CultureInfo.InvariantCulture)} to {At(values, 3).ToString(format, CultureInfo.InvariantCulture)})");
    }

    private static double At(IEnumerable<double> values, int quarter)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, sorted.Length * quarter / 4)];
    }
}
