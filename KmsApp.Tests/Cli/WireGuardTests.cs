using Kms.Lab;
using KmsApp.Tests.Lab;

namespace KmsApp.Tests.Cli;

/// <summary><c>kms export wireguard</c> with WireGuard at both ends.</summary>
[TestClass]
public sealed class WireGuardTests
{
    [TestMethod]
    public async Task Wireguard_BothHostsExportedByName_PacketsGoThroughUntilAKeyIsReplacedAndAgainWithTheNewOne()
    {
        Require();
        await using Hierarchy hierarchy = await PatientHierarchy.StartAsync(HierarchyPlan.Figure7);
        await using JoinedNamespaces joined = await JoinedNamespaces.CreateAsync();
        await using WireGuardHost a = await WireGuardHost.StartAsync(hierarchy, hierarchy.A, joined.First, "10.3.0.1");
        await using WireGuardHost b = await WireGuardHost.StartAsync(hierarchy, hierarchy.B, joined.Second, "10.3.0.2");

        await a.NewKeyAsync();
        await b.NewKeyAsync();
        await a.ExportAsync(b);
        Assert.IsFalse(await joined.First.ReachesAsync("10.3.0.1", "10.3.0.2"), "B does not know A yet.");
        await b.ExportAsync(a);
        await AssertReachesAsync(joined);

        // B's key is replaced: whoever has only the old one is an impostor now, with the right name and address.
        string[] before = await a.PeersAsync();
        await b.NewKeyAsync();
        hierarchy.Forget();
        await a.ExportAsync(b);
        string[] after = await a.PeersAsync();
        Assert.HasCount(1, after);
        CollectionAssert.AreNotEqual(before, after);
        Assert.IsFalse(await joined.First.ReachesAsync("10.3.0.1", "10.3.0.2"));

        await b.LoadAsync();
        await a.ExportAsync(b);
        await AssertReachesAsync(joined);
        Assert.AreEqual(2, a.Loads);
    }

    /// <summary>From B: it has not tried yet, while A waits for seconds before it tries again (5 s, WireGuard's REKEY_TIMEOUT).</summary>
    private static Task<TimeSpan> AssertReachesAsync(JoinedNamespaces joined) =>
        Eventually.HappensAsync(() => joined.Second.ReachesAsync("10.3.0.2", "10.3.0.1"), TimeSpan.FromSeconds(30), () => "packets go through");

    /// <summary>The test is inconclusive where something is missing that it needs.</summary>
    internal static void Require()
    {
        Tool.Require("ip", "ping", "wg", "wireguard-go");
        if (!File.Exists("/dev/net/tun")) Assert.Inconclusive("There is no /dev/net/tun: WireGuard in user space needs it, and nothing was tried.");
    }
}
