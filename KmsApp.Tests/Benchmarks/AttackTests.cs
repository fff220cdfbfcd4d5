using Kms.Benchmarks;
using Kms.Client;
using Kms.Lab;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>The attacks of the benchmarks are those that they say they are.</summary>
[TestClass]
public sealed class AttackTests
{
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
        KmsClient client = hierarchy.A.NewClient(hierarchy.Top);
        Assert.IsInstanceOfType<KeyFound>(await client.GetKeyAsync(hierarchy.B.Name, Use.Identity));
        await using (FalseUpper upper = new(habit))
        {
            await target.MoveUpperAsync(upper.Endpoint);

            Assert.IsInstanceOfType<KeyFailed>(await hierarchy.A.NewClient(hierarchy.Top).GetKeyAsync(DomainName.Parse("nobody.c.a.xx"), Use.Identity));
            Assert.IsInstanceOfType<KeyFound>(await hierarchy.A.NewClient(hierarchy.Top).GetKeyAsync(hierarchy.B.Name, Use.Identity));
            Assert.AreEqual(habit == UpperHabit.Huge, upper.Told > 0);
        }
        await target.MoveUpperAsync(null);
        Assert.IsInstanceOfType<KeyAbsent>(await hierarchy.A.NewClient(hierarchy.Top).GetKeyAsync(DomainName.Parse("nobody.c.a.xx"), Use.Identity));
    }
}
