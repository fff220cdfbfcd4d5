using Kms.Lab;
using Kms.Protocol;

namespace KmsApp.Tests.Lab;

/// <summary>Every check of the lab on the seed's Fig. 7, over sockets, with signatures.</summary>
[TestClass]
public sealed class Figure7SignatureTests
{
    private static LabChecks? _checks;

    public static IEnumerable<object[]> Ids => LabChecks.Ids(HierarchyPlan.Figure7);

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => _checks = await LabChecks.StartAsync(HierarchyPlan.Figure7, SealKind.Signature);

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (_checks is not null) await _checks.DisposeAsync();
    }

    [TestMethod]
    [DynamicData(nameof(Ids))]
    public Task Check_OfFigure7WithSignatures_IsAsExpected(string id) => _checks!.AssertAsync(id);
}
