using System.Diagnostics;

namespace Kms.Benchmarks;

/// <summary>Looks at processes, from outside and by what they tell, and keeps what it saw.</summary>
internal sealed class Watch : IDisposable
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly ProcessUse _use;
    private readonly InnerCounters[] _counters;
    private readonly Dictionary<Measure, Series> _series = Measure.All.ToDictionary(measure => measure, _ => new Series());
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Begins to listen to processes.</summary>
    public Watch(ProcessUse use) => (_use, _counters) = (use, [.. use.All.Select(process => new InnerCounters(process, Every))]);

    /// <summary>What was kept.</summary>
    public IReadOnlyDictionary<Measure, Series> Series => _series;

    /// <summary>Looks once.</summary>
    public Dictionary<Measure, double> Look()
    {
        Dictionary<Measure, double> sums = [];
        foreach (int process in _use.All) Descriptors.Add(process, sums);
        foreach (InnerCounters counters in _counters) counters.Add(sums);
        return sums;
    }

    /// <summary>Looks and keeps it until it is cancelled.</summary>
    public async Task KeepAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            Dictionary<Measure, double> seen = Look();
            foreach ((Measure measure, double value) in seen) _series[measure].Add(Stopwatch.GetElapsedTime(_start), value);
            await Task.Delay(Every, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        foreach (InnerCounters counters in _counters) counters.Dispose();
    }
}
