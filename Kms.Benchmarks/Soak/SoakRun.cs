using System.Diagnostics;
using System.Globalization;

namespace Kms.Benchmarks;

/// <summary>A soak from its start to the rest after it.</summary>
/// <param name="Load">The load.</param>
/// <param name="Watch">Who looks at the servers.</param>
/// <param name="Length">How long the load takes.</param>
/// <param name="Rest">How long the servers have nothing to do afterwards.</param>
internal sealed record SoakRun(SoakLoad Load, Watch Watch, TimeSpan Length, TimeSpan Rest)
{
    /// <summary>All tables are full and turn over after so long: what is remembered against replay lives 5 minutes.</summary>
    public static readonly TimeSpan UntilSteady = TimeSpan.FromMinutes(6);

    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(11);

    /// <summary>What there was before the load.</summary>
    public Dictionary<Measure, double> Before { get; private set; } = [];

    /// <summary>What there was when everything had run out.</summary>
    public Dictionary<Measure, double> After { get; private set; } = [];

    /// <summary>The part of the time in which something on this machine waited for a processor, 0 to 1; null where the system does not tell.</summary>
    public double? Waiting { get; private set; }

    /// <summary>Whether the second half shows whether something grows.</summary>
    public bool IsLongEnough => Length / 2 >= UntilSteady;

    /// <summary>Runs it.</summary>
    /// <param name="cancellation">Ends the load early.</param>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await Task.Delay(Settling, cancellation);
        Before = Watch.Look();
        (TimeSpan? waited, long start) = (ProcessorPressure(), Stopwatch.GetTimestamp());
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        over.CancelAfter(Length);
        await Task.WhenAll(Load.RunAsync(over.Token), Watch.KeepAsync(over.Token), TellAsync(over.Token));
        Waiting = (ProcessorPressure() - waited) / Stopwatch.GetElapsedTime(start);
        if (!cancellation.IsCancellationRequested) await Task.Delay(Rest, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        After = Watch.Look();
    }

    /// <summary>How long somebody on this machine has waited for a processor since it was started.</summary>
    private static TimeSpan? ProcessorPressure()
    {
        const string Total = "total=";
        try
        {
            string some = File.ReadLines("/proc/pressure/cpu").First();
            return TimeSpan.FromMicroseconds(long.Parse(some[(some.IndexOf(Total, StringComparison.Ordinal) + Total.Length)..], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A line now and then for who waits.</summary>
    private async Task TellAsync(CancellationToken over)
    {
        for (int i = 1; !over.IsCancellationRequested; i++)
        {
            await Task.Delay(TellEvery, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (over.IsCancellationRequested) return;
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"after {(TellEvery * i).TotalMinutes:0} minutes: {Watch.Tell()}"));
        }
    }
}
