using System.Text;
using Kms.Protocol;

namespace KmsApp.Tests.Protocol;

/// <summary>The path of a message; docs/PROTOCOL.md section 4.</summary>
[TestClass]
public sealed class KmsPathTests
{
    private static readonly DomainName Kms0 = DomainName.Parse(Fig8.Kms0), Kms1 = DomainName.Parse(Fig8.Kms1), Kms2 = DomainName.Parse(Fig8.Kms2);

    [TestMethod]
    public void Path_OfFig8_GrowsByTheKmsThatSends()
    {
        Assert.IsTrue(KmsPath.None.TryAddInquiry(Kms1, out KmsPath path) && path.TryAddInquiry(Kms0, out path));
        Assert.IsTrue(path.TryAddSignature(Kms2, out path) && path.TryAddSignature(Kms0, out path));
        Assert.AreEqual(Fig8.Arrow85["path"], path.ToString());
        Assert.AreEqual(Kms1, path.First);
        Assert.AreEqual(Kms0, path.Last);
        Assert.AreEqual(4, path.Count);
        CollectionAssert.AreEqual(new[] { Kms0, Kms2, Kms0, Kms1 }, path.WayBack().ToArray());
    }

    [TestMethod]
    public void CurrentLeg_NameOfTheOtherLeg_IsNoCircle()
    {
        KmsPath path = Parse("kms1.b.a.xx,kms0.a.xx");
        Assert.IsTrue(path.CurrentLegContains(Kms0));
        Assert.IsFalse(path.CurrentLegContains(Kms2));
        Assert.IsTrue(path.TryAddSignature(Kms2, out path));
        Assert.IsFalse(path.CurrentLegContains(Kms0), "the signature request climbs where the inquiry came down");
        Assert.IsTrue(path.CurrentLegContains(Kms2));
    }

    [TestMethod]
    public void Add_TheSeventeenthName_IsRefusedInBothLegs()
    {
        KmsPath path = KmsPath.None;
        for (int i = 0; i < 10; i++) Assert.IsTrue(path.TryAddInquiry(Kms1, out path));
        KmsPath ten = path;
        for (int i = 0; i < 6; i++) Assert.IsTrue(path.TryAddSignature(Kms2, out path));
        Assert.AreEqual(Spec.MaximumPathLength, path.Count);
        Assert.IsFalse(path.TryAddSignature(Kms2, out KmsPath more));
        Assert.IsTrue(more.IsNone);
        for (int i = 0; i < 6; i++) Assert.IsTrue(ten.TryAddInquiry(Kms1, out ten));
        Assert.IsFalse(ten.TryAddInquiry(Kms1, out _));
        Assert.IsTrue(KmsPath.TryParse(Encoding.ASCII.GetBytes(path.ToString()), out KmsPath again));
        Assert.AreEqual(path, again);
    }

    [TestMethod]
    public void AddInquiry_BehindTheSignatureLeg_IsABug() =>
        Assert.ThrowsExactly<InvalidOperationException>(() => Parse("/kms1.b.a.xx").TryAddInquiry(Kms0, out _));

    [TestMethod]
    public void SignatureLeg_Alone_IsThePathOfAKmsThatHeldTheKey()
    {
        Assert.IsTrue(KmsPath.None.TryAddSignature(Kms1, out KmsPath path));
        Assert.AreEqual("/kms1.b.a.xx", path.ToString());
        Assert.AreEqual(Kms1, path.First);
        Assert.AreEqual(Kms1, path.Last);
        Assert.IsFalse(path.IsNone);
        Assert.AreNotEqual(Parse("kms1.b.a.xx"), path);
    }

    [TestMethod]
    public void None_HasNothing()
    {
        Assert.IsTrue(KmsPath.None.IsNone && KmsPath.None.First.IsEmpty && KmsPath.None.Last.IsEmpty);
        Assert.IsFalse(KmsPath.None.CurrentLegContains(Kms1));
        Assert.IsEmpty(KmsPath.None.WayBack());
        Assert.IsFalse(KmsPath.TryParse([], out _));
    }

    private static KmsPath Parse(string text) =>
        KmsPath.TryParse(Encoding.ASCII.GetBytes(text), out KmsPath path) ? path : throw new AssertFailedException(text);
}
