using System.Text;
using Kms.Protocol;

namespace KmsApp.Tests.Protocol;

/// <summary>Names and uses; docs/PROTOCOL.md sections 1 and 3.</summary>
[TestClass]
public sealed class NameTests
{
    private static readonly string Label = new('a', 63);

    [TestMethod]
    [DataRow("a.xx", "a.xx", true)]
    [DataRow("host.a.xx", "a.xx", true)]
    [DataRow("h.b.a.xx", "a.xx", true)]
    [DataRow("h.b.a.xx", "xx", true)]
    [DataRow("ba.xx", "a.xx", false)]
    [DataRow("evil-a.xx", "a.xx", false)]
    [DataRow("xx", "a.xx", false)]
    [DataRow("a.xx", "b.xx", false)]
    [DataRow("a.xx.b", "a.xx", false)]
    [DataRow("a.xy", "a.xx", false)]
    public void IsHeldBy_NameAndDomain_GoesByWholeLabels(string name, string domain, bool expected) =>
        Assert.AreEqual(expected, DomainName.Parse(name).IsHeldBy(DomainName.Parse(domain)));

    [TestMethod]
    public void IsHeldBy_RandomNames_AgreesWithLabels()
    {
        Random random = new(2);
        string[] labels = ["a", "b", "aa", "-a"];
        int held = 0;
        for (int i = 0; i < 5_000; i++)
        {
            string[] name = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => labels[random.Next(4)])], domain = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => labels[random.Next(4)])];
            bool expected = name.Length >= domain.Length && name.TakeLast(domain.Length).SequenceEqual(domain);
            Assert.AreEqual(expected, DomainName.Parse(string.Join('.', name)).IsHeldBy(DomainName.Parse(string.Join('.', domain))));
            if (expected) held++;
        }
        Assert.IsGreaterThan(100, held);
    }

    [TestMethod]
    public void IsHeldBy_NoName_HoldsNothing()
    {
        Assert.IsFalse(DomainName.Parse("a.xx").IsHeldBy(default));
        Assert.IsFalse(default(DomainName).IsHeldBy(DomainName.Parse("xx")));
        Assert.IsFalse(default(DomainName).IsHeldBy(default));
    }

    [TestMethod]
    public async Task TryParse_ManyNamesOnManyThreads_GivesEachItsOwn()
    {
        // More than are kept, so that they push each other out; some too long to be kept.
        string[] names = [.. Enumerable.Range(0, 40_000).Select(i => $"{new string('n', i % 58)}{i}.a.xx"), .. Enumerable.Range(0, 100).Select(i => $"{Label}.{Label}.{i}.xx")];

        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            Random random = new(seed);
            for (int i = 0; i < 50_000; i++)
            {
                string name = names[random.Next(names.Length)];
                Assert.IsTrue(DomainName.TryParse(Encoding.ASCII.GetBytes(name), out DomainName read));
                Assert.AreEqual(name, read.Value);
                Assert.IsFalse(DomainName.TryParse(Encoding.ASCII.GetBytes(name + "!"), out _));
            }
        })));
    }

    [TestMethod]
    public void TryParse_NameReadBefore_IsTheSameString()
    {
        byte[] name = "host-that-asks-often.a.xx"u8.ToArray();

        // Others, on other threads, may push it out between two.
        Assert.IsTrue(Enumerable.Range(0, 100).Any(_ => ReferenceEquals(Read().Value, Read().Value)));

        DomainName Read() => DomainName.TryParse(name, out DomainName read) ? read : default;
    }

    [TestMethod]
    public void TryParse_AsAPersonWrites_TakesCaseAndTrailingDot()
    {
        Assert.AreEqual("host-b.c.a.xx", DomainName.Parse("Host-B.C.a.XX.").Value);
        Assert.AreEqual(253, DomainName.Parse($"{Label}.{Label}.{Label}.{Label[..61]}.").Value.Length);
        foreach (string wrong in (string[])["", ".", "..", "a..", ".a", "a..b", "a b", "a*", "ä.xx", "ſ.xx", Label + "a", $"{Label}.{Label}.{Label}.{Label[..62]}", new string('a', 5000), "a\n"])
        {
            Assert.IsFalse(DomainName.TryParse(wrong, out DomainName name), wrong);
            Assert.IsTrue(name.IsEmpty);
        }
        Assert.IsFalse(DomainName.TryParse((string?)null, out _));
    }

    [TestMethod]
    public void Parse_NoName_SaysWhatIsRight()
    {
        FormatException e = Assert.ThrowsExactly<FormatException>(() => DomainName.Parse("host b"));
        StringAssert.Contains(e.Message, "'host b'");
        StringAssert.Contains(e.Message, "a-z, 0-9, '-' and '_'");
    }

    [TestMethod]
    public void Matches_AsDnsWrites_IgnoresCaseOfAsciiAlone()
    {
        DomainName name = DomainName.Parse("kms.xx");
        foreach (string same in (string[])["kms.xx", "KMS.XX", "Kms.xX."]) Assert.IsTrue(name.Matches(same), same);
        foreach (string other in (string[])["", ".", "kms.xx..", "\u212Ams.xx", "km\u017F.xx", "kms-xx", "akms.xx"]) Assert.IsFalse(name.Matches(other), other);
        Assert.IsFalse(default(DomainName).Matches(""));
        Assert.IsFalse(default(DomainName).Matches("."));
    }

    [TestMethod]
    public void Equality_OfNames_IsThatOfTheirText()
    {
        DomainName a = DomainName.Parse("a.xx"), again = DomainName.Parse("A.xx."), b = DomainName.Parse("b.xx");
        Assert.IsTrue(a == again && a <= again && a >= again && a.GetHashCode() == again.GetHashCode());
        Assert.IsTrue(a != b && a < b && b > a && !a.Equals((object)b) && default != a);
    }

    [TestMethod]
    public void Use_AsAPersonWrites_TakesIdentityAndItsGrammar()
    {
        Assert.AreEqual(Use.Identity, Use.Parse("identity"));
        Assert.AreEqual("identity", default(Use).Value);
        Assert.AreEqual("ssh", Use.Parse("ssh").Value);
        Assert.AreNotEqual(Use.Identity, Use.Parse("ssh"));
        foreach (string wrong in (string[])["", "SSH", "s_h", "é", new string('a', 33)]) Assert.ThrowsExactly<FormatException>(() => Use.Parse(wrong), wrong);
    }

    [TestMethod]
    public void PublicKey_AsAPersonPastes_TakesWhiteSpaceAndRefusesTheRest()
    {
        PublicKey key = VectorKeys.Public("kms1");
        Assert.AreEqual(key, PublicKey.Parse($" {key.ToString()[..40]}\n{key.ToString()[40..]} "));
        Assert.AreEqual(key.GetHashCode(), PublicKey.Parse(key.ToString()).GetHashCode());
        Assert.AreNotEqual(key, VectorKeys.Public("kms0"));
        foreach (string wrong in (string[])["", "AAAA", "not a key", key.ToPem(), key.ToString()[..^4], Convert.ToHexString(key.Info.Span)])
            StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => PublicKey.Parse(wrong), wrong).Message, "openssl pkey");
    }

    [TestMethod]
    public void PublicKey_AnyBytes_AreReadWithoutAnException()
    {
        Random random = new(3);
        byte[][] good = [VectorKeys.Info("rsa"), VectorKeys.Info("explicit"), VectorKeys.Public("ed25519").Info.ToArray()];
        int read = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] info = [.. good[random.Next(3)]];
            for (int changes = random.Next(1, 4); changes > 0; changes--) info[random.Next(random.Next(1, info.Length))] = (byte)random.Next(256);
            if (PublicKey.TryRead(info.AsSpan(0, random.Next(3) == 0 ? random.Next(info.Length) : info.Length), out PublicKey? key))
            {
                read++;
                Assert.IsTrue(PublicKey.TryRead(key.Info.Span, out PublicKey? again) && again.Equals(key));
            }
        }
        Assert.IsGreaterThan(100, read);
    }

    [TestMethod]
    public void Digest_AndId_KeepTheirBytes()
    {
        byte[] bytes = [.. Enumerable.Range(0, 32).Select(i => (byte)(255 - i))], copy = new byte[32];
        Digest digest = new(bytes);
        digest.CopyTo(copy);
        CollectionAssert.AreEqual(bytes, copy);
        Assert.AreEqual(Convert.ToBase64String(bytes), digest.ToString());
        Assert.AreEqual("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=", Digest.Of("hello"u8).ToString());
        InquiryId id = new(bytes.AsSpan(0, 16));
        id.CopyTo(copy);
        CollectionAssert.AreEqual(bytes[..16], copy[..16]);
        Assert.AreEqual(Convert.ToBase64String(bytes[..16]), id.ToString());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Digest(Encoding.ASCII.GetBytes("short")));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new InquiryId(Encoding.ASCII.GetBytes("short")));
    }
}
