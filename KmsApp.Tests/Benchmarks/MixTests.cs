using Kms.Benchmarks;

namespace KmsApp.Tests;

[TestClass]
public sealed class MixTests
{
    [TestMethod]
    public void TryParse_Weights_AreKept()
    {
        Assert.IsTrue(Mix.TryParse("warm=80, cold=15,FORGED=5", out Mix? mix, out _));
        CollectionAssert.AreEqual(new[] { (PacketKind.Warm, 80), (PacketKind.Cold, 15), (PacketKind.Forged, 5) }, mix.Parts.ToArray());
        Assert.AreEqual(0.15, mix.ShareOf(PacketKind.Cold), 1e-9);
        Assert.AreEqual(0.0, mix.ShareOf(PacketKind.Txt), 1e-9);
    }

    [TestMethod]
    public void TryParse_KindAlone_IsAllOfIt()
    {
        Assert.IsTrue(Mix.TryParse("txt", out Mix? mix, out _));
        Assert.AreEqual(1.0, mix.ShareOf(PacketKind.Txt), 1e-9);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("hot=1")]
    [DataRow("0=1")]
    [DataRow("warm=0")]
    [DataRow("warm=-1")]
    [DataRow("warm=1=2")]
    [DataRow("warm=")]
    [DataRow("warm=1,warm=2")]
    [DataRow("warm=100000,cold=1")]
    [DataRow("warm=1,")]
    public void TryParse_Wrong_SaysWhy(string text)
    {
        Assert.IsFalse(Mix.TryParse(text, out _, out string? fault));
        Assert.IsGreaterThan(10, fault.Length);
    }

    [TestMethod]
    public void Order_AnySeed_KeepsTheWeights()
    {
        Assert.IsTrue(Mix.TryParse("warm=8,cold=1,forged=1", out Mix? mix, out _));
        PacketKind[] one = mix.Order(1), other = mix.Order(2);
        CollectionAssert.AreEquivalent(one, other);
        CollectionAssert.AreEqual(one, mix.Order(1));
        Assert.AreEqual(8, one.Count(kind => kind == PacketKind.Warm));
    }
}
