using System.Reflection;

namespace KmsApp.Tests;

/// <summary>The zip and the contracts against the assemblies of real servers, where some are at hand (TECHNITIUM_DIR, and TECHNITIUM_DIRS with several).</summary>
[TestClass]
[TestCategory(TechnitiumServer.Category)]
public sealed class HostConformanceTests
{
    public static IEnumerable<object[]> Servers => TechnitiumServer.Folders().Select(folder => new object[] { folder });

    public static IEnumerable<object[]> Contracts => TechnitiumServer.Folders().SelectMany(folder => RealHost.Contracts, (folder, name) => new object[] { folder, name });

    [TestMethod]
    [DynamicData(nameof(Servers))]
    public void App_EveryTypeAndMemberItRefersTo_IsFoundInARealServer(string folder)
    {
        using var app = new InstalledApp();
        using var host = new RealHost(app, folder);
        using var references = new HostReferences(host);

        AssertNone(references.Missing());
        Assert.IsGreaterThan(RealHost.Contracts.Length, references.OfHost);
    }

    [TestMethod]
    [DynamicData(nameof(Servers))]
    public void App_EveryInterfaceItImplements_IsTheRealServersMemberByMember(string folder)
    {
        using var app = new InstalledApp();
        using var host = new RealHost(app, folder);
        using var built = new RealHost(app, AppContext.BaseDirectory);

        CollectionAssert.IsSubsetOf(
            new[] { "IDnsApplication", "IDnsApplicationPreference", "IDnsRequestController", "IDnsAuthoritativeRequestHandler", "IDnsPostProcessor", "IDnsQueryLogs" },
            built.Implemented.Select(type => type.Name).ToArray());
        AssertNone(built.Implemented.SelectMany(ours => ContractComparison.DifferencesOfInterfaces(ours, host.Load(ours.Assembly.GetName().Name!).GetType(ours.FullName!, throwOnError: true)!)));
    }

    [TestMethod]
    [DynamicData(nameof(Contracts))]
    public void Contract_EveryPublicMemberAndConstant_IsTheRealServers(string folder, string name)
    {
        using var app = new InstalledApp();
        using var host = new RealHost(app, folder);
        using var built = new RealHost(app, AppContext.BaseDirectory);
        (Assembly contract, Assembly real) = (built.Load(name), host.Load(name));

        Assert.IsLessThanOrEqualTo(real.GetName().Version!, contract.GetName().Version!, "A higher version than the host's does not load.");
        AssertNone(ContractComparison.Differences(contract, real));
    }

    private static void AssertNone(IEnumerable<string> faults)
    {
        string[] lines = [.. faults];
        Assert.IsEmpty(lines, string.Join(Environment.NewLine, lines));
    }
}
