using Kms.Lab;
using Kms.Protocol;

namespace KmsApp.Tests.Lab;

/// <summary>A hierarchy that runs while the tests of a class do, and the lab's checks for it.</summary>
internal sealed class LabChecks(Hierarchy hierarchy) : IAsyncDisposable
{
    public Hierarchy Hierarchy { get; } = hierarchy;

    public static async Task<LabChecks> StartAsync(HierarchyPlan plan, SealKind authentication) =>
        new(await Hierarchy.StartAsync(plan, authentication, patience: Hierarchy.Patient));

    /// <summary>The short names of the checks for a plan, as rows of a data-driven test.</summary>
    public static IEnumerable<object[]> Ids(HierarchyPlan plan) => CheckList.For(plan).Select(check => new object[] { check.Id });

    /// <summary>Runs a check; what came must be what it expects.</summary>
    public async Task AssertAsync(string id)
    {
        LabCheck check = CheckList.For(Hierarchy.Plan).Single(check => check.Id == id);

        LabResult result = await check.RunAsync(Hierarchy);

        Assert.AreEqual(check.Expected, result.Observation.Came, check.Title);
        Assert.IsTrue(result.IsAsExpected);
    }

    public ValueTask DisposeAsync() => Hierarchy.DisposeAsync();
}
