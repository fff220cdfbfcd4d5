using System.Globalization;

namespace Kms.Benchmarks;

/// <summary>Prints what a soak has shown, and judges it.</summary>
internal static class SoakReport
{
    private const int FaultsShown = 10;
    private const double LeastAnswered = 0.999;

    /// <summary>Prints it.</summary>
    /// <returns>Whether nothing grows and no answer was wrong.</returns>
    public static bool Write(SoakRun run, SoakLoad load, ChangingHosts changing, TextWriter output)
    {
        bool isGood = true;
        output.WriteLine("\n| | before | start | a quarter | half | three quarters | end | afterwards | growth in the second half | bound | verdict |\n|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (Measure measure in Measure.All)
        {
            Series series = run.Watch.Series[measure];
            if (series.IsEmpty) continue;
            double growth = series.GrowthInSecondHalf(), bound = measure.BoundAt(series.At(0.75)), before = run.Before.GetValueOrDefault(measure), after = run.After.GetValueOrDefault(measure);
            string? fault = run.IsLongEnough && growth > bound ? "**grows**" : measure.IsOfWork && after > before + bound ? "**stays**" : null;
            isGood &= fault is null;
            string cells = string.Join(" | ", ((double[])[before, series.At(0), series.At(0.25), series.At(0.5), series.At(0.75), series.At(1), after, growth, bound]).Select(value => Text(value)));
            output.WriteLine($"| {measure.Name} | {cells} | {fault ?? (run.IsLongEnough ? "flat" : "not judged")} |");
        }
        if (!run.IsLongEnough) output.WriteLine($"\nGrowth is judged in soaks of {2 * SoakRun.UntilSteady.TotalMinutes:0} minutes at least.");
        output.WriteLine();
        foreach (PacketKind kind in Enum.GetValues<PacketKind>().Where(kind => load.Result.SentOf(kind) > 0))
        {
            IEnumerable<string> others = Enum.GetValues<Outcome>().Where(outcome => load.Result.Of(kind, outcome) != 0)
                .Select(outcome => string.Create(CultureInfo.InvariantCulture, $"{outcome.ToString().ToLowerInvariant()} {load.Result.Of(kind, outcome):N0}"));
            string sent = string.Create(CultureInfo.InvariantCulture, $"{kind.ToString().ToLowerInvariant(),-10} sent {load.Result.SentOf(kind),10:N0}   {string.Join(", ", others)}");
            isGood &= !kind.WantsAnswer() || IsEnough(load.Result.Of(kind, Outcome.Answered), load.Result.SentOf(kind), ref sent);
            output.WriteLine(sent);
        }
        string streams = string.Create(CultureInfo.InvariantCulture, $"over TCP: {load.Guests.Answered:N0} of {load.Guests.Asked:N0} answered rightly");
        isGood &= IsEnough(load.Guests.Answered, load.Guests.Asked, ref streams);
        string keys = string.Create(CultureInfo.InvariantCulture, $"keys that change: {changing.Changes:N0} changes; {changing.Found:N0} of {changing.Asked:N0} found");
        isGood &= IsEnough(changing.Found, changing.Asked, ref keys);
        output.WriteLine($"{streams}\n{keys}");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"checked completely: {load.Result.Checked:N0} answers over UDP"));
        string[] faults = [.. load.Result.Faults, .. load.Guests.Faults, .. changing.Faults];
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"wrong: {faults.Length:N0}"));
        foreach (string fault in faults.Take(FaultsShown)) output.WriteLine("    " + fault);
        isGood &= faults.Length == 0;
        if (run.Waiting is { } waiting) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The machine: something waited for a processor for {waiting:P0} of the time."));
        output.WriteLine(isGood ? "\nNothing grows, and no answer was wrong." : "\nNOT GOOD: see above.");
        return isGood;
    }

    /// <summary>Whether nearly all was answered; else it says so.</summary>
    private static bool IsEnough(long answered, long asked, ref string line)
    {
        bool isEnough = answered >= asked * LeastAnswered;
        if (!isEnough) line += "   TOO FEW";
        return isEnough;
    }

    private static string Text(double value) => value.ToString(Math.Abs(value) < 10 && value != Math.Round(value) ? "0.0" : "#,0", CultureInfo.InvariantCulture);
}
