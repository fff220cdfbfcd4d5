using Kms.Lab;
using Kms.Protocol;

namespace KmsApp.Tests.Lab;

/// <summary>A hierarchy for tests that are not about waiting: on a machine that has other things to do, its first answers take seconds.</summary>
internal static class PatientHierarchy
{
    /// <summary>So many seconds are one to it.</summary>
    private const int Patience = 6;

    /// <summary>Starts one that authenticates with signatures.</summary>
    public static Task<Hierarchy> StartAsync(HierarchyPlan plan) => Hierarchy.StartAsync(plan, SealKind.Signature, warm: false, patience: Patience);
}
