using System.Diagnostics;
using System.Globalization;

namespace KmsApp.Tests.Simulation;

/// <summary>
/// The simulation as a program. It needs a process in which the thread pool has one worker (<see cref="Pump"/>), and starts
/// itself so where it was started otherwise.
/// </summary>
internal static class SimulationProgram
{
    private const int Succeeded = 0;
    private const int Failed = 1;
    private const int Misused = 2;

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (SimulationOptions.Read(arguments) is not { } options)
        {
            await Console.Error.WriteLineAsync(SimulationOptions.Usage);
            return Misused;
        }
        if (!Pump.IsPossible) return (await SimulationProcess.RunAsync(options, Console.WriteLine)).Succeeded ? Succeeded : Failed;
        return options.Mutants.Count > 0 ? HuntMutants(options) : RunSeeds(options);
    }

    private static int RunSeeds(SimulationOptions options)
    {
        long start = Stopwatch.GetTimestamp();
        KeyPool keys = new();
        SortedDictionary<string, int> tally = new(StringComparer.Ordinal);
        int failed = 0;
        for (int i = 0; i < options.Seeds; i++)
        {
            SimulationResult result = SimulationRun.Of(options.First + (ulong)i, keys, options.ShowsEvents);
            foreach (string line in result.Log.Lines) Console.WriteLine(line);
            foreach ((string what, int times) in result.Tally) tally[what] = tally.GetValueOrDefault(what) + times;
            if (options.ShowsDigests) Say($"seed {result.Seed}: {result.Log.Count} events, digest {result.Log.Digest:x16}");
            if (result.Violation is not { } violation) continue;
            failed++;
            Say($"seed {result.Seed} FAILED: {violation}");
        }
        if (!options.ShowsDigests)
        {
            foreach ((string what, int times) in tally) Say($"{times,10}  {what}");
        }
        Say($"{options.Seeds} seeds from {options.First} in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s, {failed} failed");
        return failed == 0 ? Succeeded : Failed;
    }

    private static int HuntMutants(SimulationOptions options)
    {
        bool allFound = true;
        foreach (int number in options.Mutants)
        {
            Mutant mutant = Mutants.All[number];
            long start = Stopwatch.GetTimestamp();
            MutantContext context = new(mutant);
            string? found = context.FirstViolation(options.First + (ulong)mutant.Skipped, options.Seeds);
            context.Unload();
            allFound &= found is not null;
            Say($"mutant {number}, {mutant.Name}: {found ?? $"NOT FOUND in {options.Seeds} seeds"} ({Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s)");
        }
        return allFound ? Succeeded : Failed;
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
