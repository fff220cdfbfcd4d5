using System.Net;
using Kms.Benchmarks;
using Kms.Lab;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>Short loads against the lab: every part of the generator takes part.</summary>
[TestClass]
public sealed class LoadTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    /// <summary>Nothing takes so long when all is well.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [TestMethod]
    [DataRow(SealKind.Signature)]
    [DataRow(SealKind.Mac)]
    public async Task RunAsync_MixInAClosedLoop_AnswersWhatIsHonest(SealKind authentication)
    {
        await using Hierarchy hierarchy = await StartAsync(authentication);
        using LoadSession session = await StartAsync(hierarchy, authentication);
        Assert.IsTrue(Mix.TryParse("warm=4,cold=1,unsolved=1,forged=2,malformed=2,txt=4,a=2", out Mix? mix, out _));
        LoadPlan plan = session.Plan(mix, Longest) with { Concurrency = 8, CheckOneOf = 1, Lanes = 2, Patience = Longest };

        LoadResult result = await LoadGenerator.RunAsync(plan, session.Prepare(mix, 320));

        Assert.IsTrue(result.RanOut);
        foreach (PacketKind kind in (PacketKind[])[PacketKind.Warm, PacketKind.Cold, PacketKind.Unsolved, PacketKind.Txt, PacketKind.A])
        {
            Assert.IsGreaterThan(0, result.SentOf(kind), $"{kind}");
            Assert.AreEqual(result.SentOf(kind), result.Of(kind, Kms.Benchmarks.Outcome.Answered), $"{kind}");
        }
        foreach (PacketKind kind in (PacketKind[])[PacketKind.Forged, PacketKind.Malformed])
        {
            Assert.IsGreaterThan(0, result.SentOf(kind), $"{kind}");
            Assert.AreEqual(0, result.Of(kind, Kms.Benchmarks.Outcome.Answered), $"{kind}");
        }
        Assert.IsGreaterThan(0, result.Checked);
        Assert.IsEmpty(result.Faults, string.Join(Environment.NewLine, result.Faults));
    }

    [TestMethod]
    public async Task RunAsync_ReplaysInAnOpenLoop_KeepTheRateAndEndInSilence()
    {
        await using Hierarchy hierarchy = await StartAsync(SealKind.Mac);
        using LoadSession session = await StartAsync(hierarchy, SealKind.Mac);
        Mix mix = Mix.Of(PacketKind.Replayed);
        byte[] packet = session.Prepare(mix, 1)[0][0];
        LoadPlan plan = session.Plan(mix, Short) with { Rate = 200, Addresses = 2, Patience = Longest };
        PacketPool packets = new(PacketKind.Replayed, [packet], isEndless: true) { Answers = 1 + Spec.MaximumRetransmissions };

        LoadResult result = await LoadGenerator.RunAsync(plan, packets);

        Assert.AreEqual(60, result.SentOf(PacketKind.Replayed), 2);
        Assert.AreEqual(packets.Answers, result.Of(PacketKind.Replayed, Kms.Benchmarks.Outcome.Answered));
    }

    [TestMethod]
    public async Task FindFault_ChangedAnswer_IsTold()
    {
        await using Hierarchy hierarchy = await StartAsync(SealKind.Mac);
        Asked asked = AskedOf(hierarchy);
        using Speaker speaker = new(DomainName.Parse("host-x.b.a.xx"), asked, SealKind.Mac, new KeyImporter(null));
        hierarchy.KmsOfA.Zone.Publish(speaker.Record);
        byte[] answer = await RawDns.AskUdpAsync(asked.Dns, speaker.Inquire(hierarchy.B.Name));

        Assert.IsNull(speaker.FindFault(hierarchy.B.Name, answer, isUnsolved: false));
        Assert.IsNotNull(speaker.FindFault(hierarchy.A.Name, answer, isUnsolved: false));
        Assert.IsNotNull(speaker.FindFault(hierarchy.B.Name, answer, isUnsolved: true));
        answer[^20] ^= 1;
        Assert.IsNotNull(speaker.FindFault(hierarchy.B.Name, answer, isUnsolved: false));
    }

    [TestMethod]
    public async Task RunAsync_NothingToWaitFor_IsRefused()
    {
        LoadPlan plan = new(new IPEndPoint(IPAddress.Loopback, 9), Mix.Of(PacketKind.Forged), Short);
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => LoadGenerator.RunAsync(plan, new PacketPool(PacketKind.Forged, [[1, 2]], isEndless: true)));
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => LoadGenerator.RunAsync(plan with { Rate = 1 }));
    }

    private static Asked AskedOf(Hierarchy hierarchy) => new(
        hierarchy.KmsOfA.Name, hierarchy.KmsOfA.Domain, hierarchy.KmsOfA.Endpoint, hierarchy.KmsOfA.Key.PublicKey, hierarchy.Top.Name, hierarchy.Top.Domain,
        hierarchy.Top.Key.PublicKey, hierarchy.KmsOfB.Domain);

    private static Task<Hierarchy> StartAsync(SealKind authentication) =>
        Hierarchy.StartAsync(HierarchyPlan.Figure7, authentication, warm: false, limits: [], patience: Hierarchy.Patient);

    private static Task<LoadSession> StartAsync(Hierarchy hierarchy, SealKind authentication) => LoadSession.StartAsync(
        AskedOf(hierarchy),
        records =>
        {
            foreach (KeyRecord record in records) (record.Name.IsHeldBy(hierarchy.KmsOfA.Domain) ? hierarchy.KmsOfA : hierarchy.KmsOfB).Zone.Publish(record);
            return Task.CompletedTask;
        },
        authentication, hosts: 20, warmNames: 4, coldNames: 20);
}
