namespace Kms.Lab;

/// <summary>A check that has run.</summary>
/// <param name="Check">The check.</param>
/// <param name="Observation">What it saw.</param>
internal sealed record LabResult(LabCheck Check, Observation Observation)
{
    /// <summary>Whether what came is what was expected.</summary>
    public bool IsAsExpected => Observation.Came == Check.Expected;
}
