using Kms.Protocol;

namespace Kms.Lab;

/// <summary>A run of the lab.</summary>
/// <param name="Plan">The hierarchy.</param>
/// <param name="Authentication">How its members authenticate to each other.</param>
/// <param name="Servers">The servers, each with its domain and endpoint.</param>
/// <param name="Results">The lines, in order.</param>
/// <param name="Took">How long it took, starting and stopping included.</param>
internal sealed record LabReport(
    HierarchyPlan Plan, SealKind Authentication, IReadOnlyList<(string Name, string Domain, string Endpoint)> Servers, IReadOnlyList<LabResult> Results, TimeSpan Took)
{
    /// <summary>How many lines are as expected.</summary>
    public int AsExpected => Results.Count(result => result.IsAsExpected);

    /// <summary>Whether every line is as expected, and there is one.</summary>
    public bool IsGood => Results.Count > 0 && AsExpected == Results.Count;
}
