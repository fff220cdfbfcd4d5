using Kms.Lab;
using KmsApp.Tests.Lab;

namespace KmsApp.Tests.Cli;

/// <summary><c>kms export swanctl</c> with a real strongSwan at both ends: IKEv2 with raw ECDSA keys, packets through ESP.</summary>
[TestClass]
public sealed class StrongSwanTests
{
    private const string NetworkOfA = "10.1.0.0/24";
    private const string NetworkOfB = "10.2.0.0/24";
    private const int Patience = 20; // seconds

    [TestMethod]
    public async Task Swanctl_BothHostsExportedByName_PacketsGoThroughUntilAKeyIsReplacedAndAgainWithTheNewOne()
    {
        Require();
        await using Hierarchy hierarchy = await PatientHierarchy.StartAsync(HierarchyPlan.Figure7);
        await using JoinedNamespaces joined = await JoinedNamespaces.CreateAsync();
        await using IpsecHost a = await IpsecHost.StartAsync(hierarchy, hierarchy.A, joined.First, NetworkOfA);
        await using IpsecHost b = await IpsecHost.StartAsync(hierarchy, hierarchy.B, joined.Second, NetworkOfB);
        Assert.IsFalse(await joined.First.ReachesAsync("10.1.0.1", "10.2.0.1"), "There is a way without a tunnel.");

        // The first connection: nobody has seen the other's key before.
        a.NewKey();
        b.NewKey();
        await a.ExportAsync(b, NetworkOfA, NetworkOfB);
        await b.ExportAsync(a, NetworkOfB, NetworkOfA);
        CommandRun first = await a.InitiateAsync(b);
        Assert.AreEqual(0, first.Code, $"{first.Output}{first.Error}\n{b.Log}");
        Assert.Contains("authentication of 'host-b.c.a.xx' with ECDSA_WITH_SHA256_DER successful", first.Output);
        Assert.IsTrue(await joined.First.ReachesAsync("10.1.0.1", "10.2.0.1", Patience));
        string list = await a.ListAsync();
        Assert.Contains("ESTABLISHED, IKEv2", list);
        Assert.MatchesRegex(@"out .*, +84 bytes, +1 packets", list); // the ping, and nothing went beside

        // B's key is replaced: whoever has only the old one is an impostor now, with the right name and address.
        await a.TerminateAsync(b);
        b.NewKey();
        hierarchy.Forget();
        await a.ExportAsync(b, NetworkOfA, NetworkOfB);
        Assert.AreEqual(2, a.Loads);
        CommandRun impostor = await a.InitiateAsync(b);
        Assert.AreNotEqual(0, impostor.Code, impostor.Output);
        Assert.Contains("peer not authenticated with peer cert 'host-b.c.a.xx'", impostor.Output); // strongSwan still knows the old key, and still it does not count
        Assert.Contains("AUTHENTICATION_FAILED", (await b.InitiateAsync(a)).Output);
        Assert.DoesNotContain("ESTABLISHED", await a.ListAsync());
        Assert.IsFalse(await joined.First.ReachesAsync("10.1.0.1", "10.2.0.1"));

        // The real B takes the new key into use; at A nothing has changed, and nothing is loaded again.
        await b.ExportAsync(a, NetworkOfB, NetworkOfA);
        await a.ExportAsync(b, NetworkOfA, NetworkOfB);
        CommandRun again = await a.InitiateAsync(b);
        Assert.AreEqual(0, again.Code, $"{again.Output}{again.Error}\n{b.Log}");
        Assert.IsTrue(await joined.First.ReachesAsync("10.1.0.1", "10.2.0.1", Patience));
        Assert.AreEqual((2, 2), (a.Loads, b.Loads));
    }

    /// <summary>The test is inconclusive where something is missing that it needs.</summary>
    internal static void Require()
    {
        Tool.Require("ip", "ping", "swanctl", "charon-systemd");
        if (!File.Exists("/dev/net/tun")) Assert.Inconclusive("There is no /dev/net/tun: ESP in user space needs it, and nothing was tried.");
        if (!File.Exists("/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so")) Assert.Inconclusive("strongSwan's plugin kernel-libipsec is not installed: nothing was tried.");
    }
}
