using Kms.Benchmarks;
using Kms.Lab;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>A soak: what it calls growth, and that it sees answers that are wrong.</summary>
[TestClass]
public sealed class SoakTests
{
    private const int Samples = 720;

    /// <summary>Nothing takes so long when all is well.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(1.0)]
    [DataRow(-2.0)]
    public void GrowthInSecondHalf_SteadySlopeUnderGarbage_IsTheSlope(double perSample)
    {
        Random random = new(1);
        Series series = SeriesOf(i => 500 + (perSample * i) + (i % 37) + random.Next(20)); // garbage that is collected now and then
        Assert.AreEqual(perSample * Samples / 2, series.GrowthInSecondHalf(), 4);
    }

    [TestMethod]
    public void GrowthInSecondHalf_TablesThatFillUpFirst_IsNone()
    {
        Series series = SeriesOf(i => Math.Min(i, Samples / 2));
        Assert.AreEqual(0, series.GrowthInSecondHalf());
        Assert.AreEqual(0, series.At(0), 2);
        Assert.AreEqual(Samples / 4.0, series.At(0.25), 2);
        Assert.AreEqual(Samples / 2.0, series.At(1));
    }

    [TestMethod]
    public void GrowthInSecondHalf_AFewOutliers_IsNone()
    {
        Series series = SeriesOf(i => i is 500 or 501 or 600 ? 10_000 : 7);
        Assert.AreEqual(0, series.GrowthInSecondHalf());
    }

    [TestMethod]
    public async Task ChangingHosts_KeysThatChange_AreFoundWithoutAFault()
    {
        await using Hierarchy hierarchy = await StartAsync();
        HierarchyTarget target = new(hierarchy);
        using HonestHosts askers = new(target.Asked, SealKind.Signature, hierarchy.B.Name, hierarchy.Time);
        ChangingHosts changing = await StartAsync(target, askers);

        await AskAllAsync(changing);
        for (int i = 0; i < 5; i++) await changing.ChangeAsync(i);
        await AskAllAsync(changing);

        Assert.AreEqual("", string.Join(Environment.NewLine, changing.Faults));
        Assert.AreEqual(80, changing.Found);
        Assert.AreEqual(5, changing.Changes);
    }

    [TestMethod]
    public async Task ChangingHosts_AnotherKeyThanThePublishedOne_IsAFault()
    {
        using SigningKey other = KeyImporter.Generate();
        await using Hierarchy hierarchy = await StartAsync();
        HierarchyTarget target = new(hierarchy, record => record.Name.Value.StartsWith("changing3.", StringComparison.Ordinal) ? record with { Key = other.PublicKey } : record);
        using HonestHosts askers = new(target.Asked, SealKind.Signature, hierarchy.B.Name, hierarchy.Time);
        ChangingHosts changing = await StartAsync(target, askers);

        await AskAllAsync(changing);

        Assert.HasCount(2, changing.Faults);
        foreach (string fault in changing.Faults) Assert.Contains("changing3.c.a.xx: a key that was never published", fault);
    }

    [TestMethod]
    public async Task ChangingHosts_AReplacedKeyThatServesTooLong_IsAFault()
    {
        await using Hierarchy hierarchy = await StartAsync();
        Dictionary<DomainName, KeyRecord> first = [];
        HierarchyTarget target = new(hierarchy, record => first.TryAdd(record.Name, record) ? record : first[record.Name]); // no change comes to the zone
        using HonestHosts askers = new(target.Asked, SealKind.Signature, hierarchy.B.Name, hierarchy.Time);
        // Attestations of which nobody expects that they live at all.
        ChangingHosts changing = await StartAsync(target, askers, TimeSpan.FromMinutes(-1));

        await changing.ChangeAsync(3);
        await changing.AskAsync(3);

        Assert.HasCount(1, changing.Faults);
        Assert.Contains("after it was replaced", changing.Faults[0]);
    }

    [TestMethod]
    public async Task Load_ForATurn_IsAnsweredAndRight()
    {
        await using Hierarchy hierarchy = await StartAsync();
        HierarchyTarget target = new(hierarchy);
        using HonestHosts askers = new(target.Asked, SealKind.Mac, hierarchy.B.Name, hierarchy.Time);
        ChangingHosts changing = await StartAsync(target, askers);
        using LoadSession session = await LoadSession.StartAsync(target.Asked, target.PublishAsync, SealKind.Mac, hosts: 20, warmNames: 4, coldNames: SoakLoad.ColdNamesAt(100, TimeSpan.FromSeconds(10)));
        SoakLoad load = new(session, changing, 100, TimeSpan.FromSeconds(1), Longest);
        using CancellationTokenSource over = new();

        // It ends a turn that it has begun.
        Task running = load.RunAsync(over.Token);
        await Eventually.HappensAsync(() => Task.FromResult(load.Guests.Answered > 0 && changing.Found > 0), Longest, () => "a guest and an honest host are answered");
        await over.CancelAsync();
        await running;

        foreach (PacketKind kind in (PacketKind[])[PacketKind.Warm, PacketKind.Cold, PacketKind.Unsolved, PacketKind.Txt, PacketKind.A])
        {
            Assert.IsGreaterThan(0, load.Result.SentOf(kind), $"{kind}");
            Assert.AreEqual(load.Result.SentOf(kind), load.Result.Of(kind, Kms.Benchmarks.Outcome.Answered), $"{kind}");
        }
        Assert.IsGreaterThan(0, load.Result.Checked);
        Assert.IsGreaterThan(0, load.Guests.Answered);
        Assert.IsGreaterThan(0, changing.Found);
        Assert.AreEqual("", string.Join(Environment.NewLine, load.Result.Faults.Concat(load.Guests.Faults).Concat(changing.Faults)));
    }

    private static Task<Hierarchy> StartAsync() => Hierarchy.StartAsync(HierarchyPlan.Figure7, SealKind.Mac, warm: false, limits: [], patience: Hierarchy.Patient);

    private static async Task<ChangingHosts> StartAsync(HierarchyTarget target, HonestHosts askers, TimeSpan? lifetime = null)
    {
        await target.PublishAsync(askers.Records);
        ChangingHosts changing = new(target, askers, lifetime ?? Hierarchy.AttestationLifetime);
        await changing.PublishAllAsync();
        return changing;
    }

    /// <summary>Each of the twenty twice.</summary>
    private static async Task AskAllAsync(ChangingHosts changing)
    {
        for (int i = 0; i < 40; i++) await changing.AskAsync(i);
    }

    private static Series SeriesOf(Func<int, double> value)
    {
        Series series = new();
        for (int i = 0; i < Samples; i++) series.Add(TimeSpan.FromSeconds(5 * i), value(i));
        return series;
    }
}
