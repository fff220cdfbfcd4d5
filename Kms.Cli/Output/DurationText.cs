using System.Globalization;

namespace Kms.Cli;

/// <summary>Durations as people read and write them.</summary>
internal static class DurationText
{
    /// <summary>Longer ones no timer of the platform takes (49 days).</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>A duration in its two greatest units, such as <c>23 h 5 min</c>.</summary>
    public static string Of(TimeSpan duration) => duration switch
    {
        { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalDays} d {duration.Hours} h"),
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalHours} h {duration.Minutes} min"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalMinutes} min {duration.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (int)duration.TotalSeconds)} s"),
    };

    /// <summary>Reads a number with its unit: <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>1d</c>.</summary>
    /// <exception cref="FormatException">It is something else, nothing, or more than 30 days.</exception>
    public static TimeSpan Parse(string text)
    {
        int digits = text.TakeWhile(char.IsAsciiDigit).Count();
        if (digits is > 0 and < 8)
        {
            int number = int.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture);
            TimeSpan? duration = text[digits..] switch
            {
                "ms" => TimeSpan.FromMilliseconds(number),
                "s" => TimeSpan.FromSeconds(number),
                "m" or "min" => TimeSpan.FromMinutes(number),
                "h" => TimeSpan.FromHours(number),
                "d" => TimeSpan.FromDays(number),
                _ => null,
            };
            if (duration > TimeSpan.Zero && duration <= Longest) return duration.Value;
        }
        throw new FormatException($"\"{text}\" is no duration: write a number with its unit, such as 500ms, 30s, 5m, 2h or 1d, of 30 days at most.");
    }
}
