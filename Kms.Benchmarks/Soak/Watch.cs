using System.Diagnostics;
using System.Globalization;

namespace Kms.Benchmarks;

/// <summary>Looks at processes, from outside and by what they tell, and keeps what it saw.</summary>
internal sealed class Watch : IDisposable
{
    private readonly TimeSpan _every;
    private readonly ProcessUse _use;
    private readonly InnerCounters[] _counters;
    private readonly Dictionary<Measure, Series> _series = Measure.All.ToDictionary(measure => measure, _ => new Series());
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Begins to listen to processes.</summary>
    /// <param name="use">The processes.</param>
    /// <param name="every">How often they tell of themselves, and how often it looks.</param>
    public Watch(ProcessUse use, TimeSpan every) => (_use, _every, _counters) = (use, every, [.. use.All.Select(process => new InnerCounters(process, every))]);

    /// <summary>What was kept.</summary>
    public IReadOnlyDictionary<Measure, Series> Series => _series;

    /// <summary>Looks once.</summary>
    public Dictionary<Measure, double> Look()
    {
        Dictionary<Measure, double> sums = LookInside();
        foreach (int process in _use.All) Descriptors.Add(process, sums);
        return sums;
    }

    /// <summary>What the processes told of themselves last.</summary>
    public Dictionary<Measure, double> LookInside()
    {
        Dictionary<Measure, double> sums = [];
        foreach (InnerCounters counters in _counters) counters.Add(sums);
        return sums;
    }

    /// <summary>All that there is to see, on a line.</summary>
    public string Tell() => string.Join("; ", Look().OrderBy(one => Array.IndexOf(Measure.All, one.Key)).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key.Name} {one.Value:#,0}")));

    /// <summary>Looks and keeps it until it is cancelled.</summary>
    public async Task KeepAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            Dictionary<Measure, double> seen = Look();
            foreach ((Measure measure, double value) in seen) _series[measure].Add(Stopwatch.GetElapsedTime(_start), value);
            await Task.Delay(_every, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        foreach (InnerCounters counters in _counters) counters.Dispose();
    }
}
