namespace Kms.Lab;

/// <summary>Everything that the lab checks.</summary>
internal static class CheckList
{
    /// <summary>The checks for a hierarchy, in the order in which they are shown.</summary>
    public static IReadOnlyList<LabCheck> For(HierarchyPlan plan) =>
    [
        .. ArrowChecks.For(plan),
        .. KeyChecks.For(plan),
        .. RefusalChecks.For(plan),
        .. AttackChecks.For(plan),
        .. DeliveryChecks.For(plan),
        .. HostChecks.For(plan),
        .. OrdinaryChecks.For(plan),
    ];
}
