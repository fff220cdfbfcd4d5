using System.Collections.Immutable;
using System.Globalization;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>Collects what happens. Bounded: strangers cause steps too. The caller sees to it that one adds at a time.</summary>
internal sealed class Trace(TimeProvider time, int maximum = Limits.TraceSteps)
{
    private readonly List<TraceStep> _steps = [];
    private int _omitted;

    public void Add(HostStep step, string text, MessageText? message = null)
    {
        if (_steps.Count < maximum - 1) _steps.Add(new TraceStep(step, time.GetUtcNow(), text, message));
        else _omitted++;
    }

    /// <summary>Adds the steps of a shared inquiry, which are bounded by themselves.</summary>
    public void Add(ImmutableArray<TraceStep> steps) => _steps.AddRange(steps);

    public ImmutableArray<TraceStep> Steps => _omitted == 0
        ? [.. _steps]
        : [.. _steps, new TraceStep(HostStep.None, time.GetUtcNow(), string.Create(CultureInfo.InvariantCulture, $"{_omitted} more steps"))];
}
