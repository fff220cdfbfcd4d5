using Kms.Benchmarks;
using Kms.Client;
using Kms.Lab;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>The attacks of the benchmarks are those that they say they are.</summary>
[TestClass]
public sealed class AttackTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Fill_AQueryOrAResponse_IsReadAndAsLongAsCanBe(bool isResponse)
    {
        DnsMessage query = new() { Questions = [new DnsQuestion("x.c.a.xx", DnsType.Txt)], Edns = new Edns() };
        byte[] packet = LongPacket.Fill(isResponse ? KmsPacket.Response(query) : query, LongPacket.HeadAlone);

        Assert.AreEqual(DnsMessage.MaximumLength, packet.Length, 100);
        Assert.IsTrue(DnsMessage.TryRead(packet, out DnsMessage? read, out DnsFault fault), $"{fault}");
        Assert.IsGreaterThan(20, KmsPacket.Texts(isResponse ? read.Answers : read.Additionals).Count);
        Assert.AreEqual(isResponse, read.IsResponse);
    }

    [TestMethod]
    [DataRow(nameof(UpperHabit.Silent))]
    [DataRow(nameof(UpperHabit.Idle))]
    [DataRow(nameof(UpperHabit.Huge))]
    public async Task FalseUpper_OfAnyHabit_StopsWhatGoesUpAndNothingElse(string name)
    {
        UpperHabit habit = Enum.Parse<UpperHabit>(name);
        await using Hierarchy hierarchy = await Hierarchy.StartAsync(HierarchyPlan.Figure7, SealKind.Mac, limits: []);
        HierarchyTarget target = new(hierarchy);
        DomainName nobody = DomainName.Parse("nobody.c.a.xx");
        await IsToldAsync<KeyFound>(hierarchy, hierarchy.B.Name);
        await using (FalseUpper upper = new(habit))
        {
            await target.MoveUpperAsync(upper.Endpoint);

            Assert.IsInstanceOfType<KeyFailed>(await AskAsync(hierarchy, nobody));
            await IsToldAsync<KeyFound>(hierarchy, hierarchy.B.Name);
            Assert.AreEqual(habit == UpperHabit.Huge, upper.Told > 0);
        }
        await target.MoveUpperAsync(null);
        await IsToldAsync<KeyAbsent>(hierarchy, nobody);
    }

    private static Task<KeyResult> AskAsync(Hierarchy hierarchy, DomainName name) => hierarchy.A.NewClient(hierarchy.Top).GetKeyAsync(name, Use.Identity);

    /// <summary>That an answer takes seconds is no silence: who got none asks again.</summary>
    private static async Task IsToldAsync<TResult>(Hierarchy hierarchy, DomainName name)
        where TResult : KeyResult
    {
        KeyResult? told = null;
        await Eventually.HappensAsync(async () => (told = await AskAsync(hierarchy, name)) is not KeyFailed, Longest, () => $"{told}");
        Assert.IsInstanceOfType<TResult>(told);
    }
}
