using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;

namespace Kms.Benchmarks;

/// <summary>
/// What a process of the platform tells of itself, without help of its own: the counters of the platform and the app's meter, over the
/// port that each such process has for diagnostics.
/// </summary>
internal sealed class InnerCounters : IDisposable
{
    private const string Meter = "KmsApp";
    private const string PlatformProvider = "System.Runtime", MeterProvider = "System.Diagnostics.Metrics";
    private const long ValuesOfInstruments = 2;
    private const int BufferMegabytes = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly EventPipeSession _session;
    private readonly Task _reading;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, double> _last = [];
    private readonly Dictionary<string, double> _collecting = [];

    /// <summary>Begins to listen.</summary>
    /// <param name="process">The process.</param>
    /// <param name="every">How often it tells.</param>
    public InnerCounters(int process, TimeSpan every)
    {
        string seconds = ((int)every.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        _session = new DiagnosticsClient(process).StartEventPipeSession(
            [
                new EventPipeProvider(PlatformProvider, EventLevel.Informational, arguments: new Dictionary<string, string> { ["EventCounterIntervalSec"] = seconds }),
                new EventPipeProvider(MeterProvider, EventLevel.Informational, ValuesOfInstruments, new Dictionary<string, string>
                {
                    ["SessionId"] = Guid.NewGuid().ToString(), ["Metrics"] = Meter, ["RefreshInterval"] = seconds, ["MaxTimeSeries"] = "1000", ["MaxHistograms"] = "10",
                }),
            ],
            requestRundown: false, BufferMegabytes);
        _reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Adds what was told last to sums.</summary>
    public void Add(Dictionary<Measure, double> sums)
    {
        lock (_gate)
        {
            foreach (Measure measure in Measure.All)
            {
                if (measure.Counter is { } counter && _last.TryGetValue(counter, out double value)) sums[measure] = sums.GetValueOrDefault(measure) + value;
            }
        }
    }

    public void Dispose()
    {
        try
        {
            _session.Stop();
            _reading.Wait(Patience);
        }
        catch (Exception e) when (e is ServerNotAvailableException or IOException or TimeoutException or AggregateException)
        {
            // The process has ended before.
        }
        _session.Dispose();
    }

    private void Read()
    {
        using EventPipeEventSource source = new(_session.EventStream);
        source.Dynamic.All += Hear;
        source.Process();
    }

    private void Hear(TraceEvent told)
    {
        lock (_gate)
        {
            switch (told.ProviderName, told.EventName)
            {
                case (PlatformProvider, "EventCounters"):
                    if (told.PayloadValue(0) is IDictionary<string, object> outer && outer["Payload"] is IDictionary<string, object> counter && counter.TryGetValue("Mean", out object? mean))
                        _last[(string)counter["Name"]] = Convert.ToDouble(mean, CultureInfo.InvariantCulture);
                    break;
                case (MeterProvider, "Collection/Start"):
                    _collecting.Clear();
                    break;
                case (MeterProvider, "GaugeValuePublished"):
                    Collect(told, "lastValue");
                    break;
                case (MeterProvider, "CounterRateValuePublished"):
                    Collect(told, "value");
                    break;
                case (MeterProvider, "Collection/Stop"):
                    foreach ((string name, double value) in _collecting) _last[name] = value;
                    break;
            }
        }
    }

    /// <summary>Several key servers in one process have a meter each.</summary>
    private void Collect(TraceEvent told, string field)
    {
        if (told.PayloadByName("instrumentName") is not string name || !double.TryParse(told.PayloadByName(field) as string, CultureInfo.InvariantCulture, out double value)) return;
        _collecting[name] = _collecting.GetValueOrDefault(name) + value;
    }
}
