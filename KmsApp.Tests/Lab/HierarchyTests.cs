using System.Diagnostics;
using System.Runtime.CompilerServices;
using Kms.Client;
using Kms.Lab;
using Kms.Protocol;

namespace KmsApp.Tests.Lab;

/// <summary>What the lab leaves behind, what `dig` sees of it, and that its checks can fail.</summary>
[TestClass]
public sealed class HierarchyTests
{
    private const int MaximumCollections = 400;

    private static readonly TimeSpan BetweenCollections = TimeSpan.FromMilliseconds(50);

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task DisposeAsync_AfterAnInquiry_LeavesNoFolderPortOrApp()
    {
        (string folder, System.Net.IPEndPoint[] endpoints, WeakReference[] contexts) = await UseAndDisposeAsync();

        Assert.IsFalse(Directory.Exists(folder));
        foreach (System.Net.IPEndPoint endpoint in endpoints)
        {
            using System.Net.Sockets.Socket udp = new(System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Udp);
            udp.Bind(endpoint);
        }
        for (int i = 0; i < MaximumCollections && contexts.Any(context => context.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(BetweenCollections, TestContext.CancellationToken); // what was cancelled ends on other threads
        }
        Assert.IsFalse(contexts.Any(context => context.IsAlive), "An app is still loaded.");
    }

    [TestMethod]
    public async Task StartAsync_TwoAtOnce_DoNotMeet()
    {
        Task<Hierarchy>[] starting = [.. Enumerable.Range(0, 2).Select(_ => StartAsync())];
        await using Hierarchy one = await starting[0], two = await starting[1];

        KeyResult[] results = await Task.WhenAll(new[] { one, two }.Select(h => h.A.NewClient(h.Top).GetKeyAsync(h.B.Name, Use.Identity, TestContext.CancellationToken)));

        Assert.AreEqual(one.B.Key.PublicKey, ((KeyFound)results[0]).Key);
        Assert.AreEqual(two.B.Key.PublicKey, ((KeyFound)results[1]).Key);
    }

    [TestMethod]
    public async Task Commands_Pasted_Work()
    {
        await using Hierarchy hierarchy = await PatientHierarchy.StartAsync(HierarchyPlan.Chain(2));
        string[] expected = ["v=KMS1; t=key; name=host-a.d2.xx", "192.0.2.80", "mail.d2.xx", "NXDOMAIN", "v=KMS1; t=key; name=host-b.xx", "is attested by kms1.xx"];
        string[] commands = [.. Invitation.Commands(hierarchy).Select(each => each.Command)];
        Assert.HasCount(expected.Length, commands);

        // The command lies built beside these tests: building it within a test would meet the build of another.
        string built = $"dotnet {typeof(Kms.Cli.KmsCommand).Assembly.Location}";
        for (int i = 0; i < commands.Length; i++)
            Assert.Contains(expected[i], await RunAsync(commands[i].Replace("dotnet run --project Kms.Cli --", built, StringComparison.Ordinal)), commands[i]);
        Assert.IsTrue(Invitation.Files(hierarchy).All(file => Path.Exists(file.Path)));
    }

    [TestMethod]
    public async Task Check_OfAHierarchyThatIsBroken_IsNotAsExpected()
    {
        await using Hierarchy hierarchy = await StartAsync();

        // Another key in the zone.
        using SigningKey other = KeyImporter.Generate();
        hierarchy.KmsOfB.Zone.Publish(new KeyRecord(hierarchy.B.Name, Use.Identity, other.PublicKey, null, null));
        Assert.AreEqual($"another key, signed by {hierarchy.Top.Name}, over the network", (await RunAsync(hierarchy, "key")).Observation.Came);

        // No key in the zone, no good packet is answered with one.
        hierarchy.KmsOfB.Zone.Withdraw(hierarchy.B.Name, Use.Identity);
        foreach (string id in new[] { "arrows", "key", "own-table", "kms-table", "together", "changed", "byte", "stranger", "ninth", "host-byte", "control" })
        {
            LabResult result = await RunAsync(hierarchy, id);
            Assert.IsFalse(result.IsAsExpected, $"{id}: {result.Observation.Came}");
        }
    }

    [TestMethod]
    public async Task Trial_WithAGoodPacketForABadOne_SaysThatItWasAnswered()
    {
        await using Hierarchy hierarchy = await StartAsync();
        DnsMessage Good() => Forge.Packet(hierarchy.A.Sign(Forge.Inquiry(hierarchy)));

        Observation answered = await Trial.RunAsync(hierarchy, hierarchy.KmsOfA, [Good()], Good());
        hierarchy.KmsOfA.Server.Loses = packet => packet.Request[0] == 0; // the bad ones, by their DNS ID
        Observation lost = await Trial.RunAsync(hierarchy, hierarchy.KmsOfA, [Good()], Good());
        hierarchy.KmsOfA.Server.Loses = null;
        Observation silent = await Trial.RunAsync(hierarchy, hierarchy.KmsOfA, [Good() with { IsResponse = true }], Good() with { IsResponse = true });

        Assert.Contains("number 1 over UDP: answer and attestation", answered.Came);
        Assert.Contains("number 1 over TCP: answer and attestation", answered.Came);
        Assert.Contains("only 0 of 1 have arrived", lost.Came);
        Assert.Contains("the right packet: no response", silent.Came);
    }

    private static Task<Hierarchy> StartAsync() => Hierarchy.StartAsync(HierarchyPlan.Chain(2), SealKind.Signature, patience: Hierarchy.Patient);

    private static Task<LabResult> RunAsync(Hierarchy hierarchy, string id) => CheckList.For(hierarchy.Plan).Single(check => check.Id == id).RunAsync(hierarchy);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<(string Folder, System.Net.IPEndPoint[] Endpoints, WeakReference[] Contexts)> UseAndDisposeAsync()
    {
        Hierarchy hierarchy = await StartAsync();
        Assert.IsInstanceOfType<KeyFound>(await hierarchy.A.NewClient(hierarchy.Top).GetKeyAsync(hierarchy.B.Name, Use.Identity));
        System.Net.IPEndPoint[] endpoints = [.. hierarchy.Nodes.Select(node => node.Endpoint), hierarchy.Plain.Endpoint];
        WeakReference[] contexts = [.. hierarchy.Nodes.Select(node => node.Server.App!.Context)];
        await hierarchy.DisposeAsync();
        return (hierarchy.Folder, endpoints, contexts);
    }

    private async Task<string> RunAsync(string command)
    {
        string[] words = command.Split(' ');
        using Process process = new() { StartInfo = new(words[0], words[1..]) { RedirectStandardOutput = true } };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Inconclusive($"{words[0]} is not installed.");
        }
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.CancellationToken);
        await process.WaitForExitAsync(TestContext.CancellationToken);
        return output;
    }
}
