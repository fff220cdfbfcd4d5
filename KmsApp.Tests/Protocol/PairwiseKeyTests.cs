using System.Text;
using Kms.Protocol;

namespace KmsApp.Tests.Protocol;

/// <summary>Docs/PROTOCOL.md section 5, "Pairwise MAC".</summary>
[TestClass]
public sealed class PairwiseKeyTests
{
    private static readonly DomainName A = DomainName.Parse(Fig8.HostA), K = DomainName.Parse(Fig8.Kms1);

    [TestMethod]
    public void Agree_BothSides_HaveOneKeyForEachDirection()
    {
        using SigningKey host = VectorKeys.Private("host-a"), kms = VectorKeys.Private("kms1");
        string hostSends = Mac(host, A, K, kms.PublicKey, true), kmsReceives = Mac(kms, K, A, host.PublicKey, false);
        string kmsSends = Mac(kms, K, A, host.PublicKey, true), hostReceives = Mac(host, A, K, kms.PublicKey, false);
        Assert.AreEqual(hostSends, kmsReceives);
        Assert.AreEqual(kmsSends, hostReceives);
        Assert.AreNotEqual(hostSends, kmsSends);
    }

    [TestMethod]
    public void Agree_KeyAndNames_AreBoundIn()
    {
        using SigningKey host = VectorKeys.Private("host-a"), kms = VectorKeys.Private("kms1"), other = VectorKeys.Private("kms0");
        DomainName x = DomainName.Parse("x.xx");
        string[] macs =
        [
            Mac(host, A, K, kms.PublicKey, true), Mac(host, x, K, kms.PublicKey, true), Mac(host, A, x, kms.PublicKey, true),
            Mac(host, A, K, other.PublicKey, true), Mac(other, A, K, kms.PublicKey, true), Mac(host, K, A, kms.PublicKey, true),
        ];
        Assert.HasCount(macs.Length, macs.ToHashSet());
    }

    [TestMethod]
    public void Agree_IndependentComputation_IsTheSame()
    {
        using SigningKey host = VectorKeys.Private("host-a");
        byte[] expected = VectorKeys.Mac(Fig8.HostA, "host-a", Fig8.Kms1, "kms1", Encoding.ASCII.GetBytes("text"));
        Assert.AreEqual(Convert.ToHexString(expected), Mac(host, A, K, VectorKeys.Public("kms1"), true));
    }

    [TestMethod]
    public async Task Authenticate_ManyThreadsAndTexts_GivesEachItsOwn()
    {
        using SigningKey host = VectorKeys.Private("host-a");
        Assert.IsTrue(host.TryAgree(A, K, VectorKeys.Public("kms1"), sending: true, out PairwiseKey? key));
        byte[][] texts = [.. Enumerable.Range(0, 20).Select(i => Encoding.ASCII.GetBytes(new string('t', i * 37)))];
        byte[][] expected = [.. texts.Select(text => VectorKeys.Mac(Fig8.HostA, "host-a", Fig8.Kms1, "kms1", text))];

        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            Random random = new(seed);
            byte[] mac = new byte[PairwiseKey.MacSize];
            for (int i = 0; i < 5_000; i++)
            {
                int chosen = random.Next(texts.Length);
                key.Authenticate(texts[chosen], mac);
                CollectionAssert.AreEqual(expected[chosen], mac);
                Assert.IsFalse(key.Verify(texts[chosen], expected[(chosen + 1) % texts.Length]));
            }
        })));
    }

    [TestMethod]
    public void AuthenticatedAnew_AnotherKey_IsAsIfWrittenWithIt()
    {
        using SigningKey kms = VectorKeys.Private("kms1");
        Assert.IsTrue(kms.TryAgree(K, A, VectorKeys.Public("host-a"), sending: true, out PairwiseKey? one));
        Assert.IsTrue(kms.TryAgree(K, DomainName.Parse("x.xx"), VectorKeys.Public("kms0"), sending: true, out PairwiseKey? other));
        Unsolved unsolved = new(A, Use.Identity, K, K, Reason.NotFound, KmsPath.None, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1));
        Assert.IsTrue(MessageText.TryAuthenticate(unsolved, one, out MessageText? written));
        Assert.IsTrue(MessageText.TryAuthenticate(unsolved, other, out MessageText? expected));

        MessageText anew = written.AuthenticatedAnew(other);

        Assert.AreEqual(expected.ToString(), anew.ToString());
        Assert.AreEqual(expected.Digest, anew.Digest);
        Assert.IsTrue(anew.IsAuthenticatedBy(other));
        Assert.IsFalse(anew.IsAuthenticatedBy(one));
        Assert.IsTrue(written.IsAuthenticatedBy(one), "the text that was there is another one");
    }

    [TestMethod]
    public void AuthenticatedAnew_ASignature_IsABug()
    {
        using SigningKey kms = VectorKeys.Private("kms1");
        Assert.IsTrue(kms.TryAgree(K, A, VectorKeys.Public("host-a"), sending: true, out PairwiseKey? pairwise));
        Unsolved unsolved = new(A, Use.Identity, K, K, Reason.NotFound, KmsPath.None, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddHours(1));
        Assert.IsTrue(MessageText.TrySign(unsolved, kms, out MessageText? signed));
        Assert.ThrowsExactly<InvalidOperationException>(() => signed.AuthenticatedAnew(pairwise));
    }

    [TestMethod]
    public void Agree_PointOffTheCurve_IsRefused()
    {
        using SigningKey host = VectorKeys.Private("host-a");
        byte[] info = VectorKeys.Public("kms1").Info.ToArray();
        info[^1] ^= 1;
        Assert.IsTrue(PublicKey.TryRead(info, out PublicKey? key));
        Assert.IsFalse(host.TryAgree(A, K, key, sending: true, out PairwiseKey? pairwise));
        Assert.IsNull(pairwise);
    }

    [TestMethod]
    [DataRow("rsa"), DataRow("p384"), DataRow("explicit"), DataRow("compressed")]
    public void Agree_OtherKeys_AreRefused(string file)
    {
        using SigningKey host = VectorKeys.Private("host-a");
        Assert.IsTrue(PublicKey.TryRead(VectorKeys.Info(file), out PublicKey? key));
        Assert.IsFalse(host.TryAgree(A, K, key, sending: false, out _));
    }

    [TestMethod]
    public void Verify_ChangedMac_IsRefused()
    {
        using SigningKey host = VectorKeys.Private("host-a");
        Assert.IsTrue(host.TryAgree(A, K, VectorKeys.Public("kms1"), sending: true, out PairwiseKey? key));
        byte[] mac = new byte[PairwiseKey.MacSize];
        key.Authenticate("text"u8, mac);
        Assert.IsTrue(key.Verify("text"u8, mac));
        Assert.IsFalse(key.Verify("Text"u8, mac));
        Assert.IsFalse(key.Verify("text"u8, mac.AsSpan(0, 31)));
        for (int bit = 0; bit < 256; bit++)
        {
            mac[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.IsFalse(key.Verify("text"u8, mac));
            mac[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [TestMethod]
    public void Seals_OfTheOtherKind_NeverVerify()
    {
        using SigningKey host = VectorKeys.Private("host-a");
        using VerificationKey verification = VectorKeys.Verifying("host-a");
        Assert.IsTrue(host.TryAgree(A, K, VectorKeys.Public("kms1"), sending: true, out PairwiseKey? pairwise));
        Assert.IsTrue(MessageText.TryParse(Encoding.ASCII.GetBytes(Fig8.Arrow81.Text), out MessageText? signed, out _));
        Assert.IsTrue(signed.IsSignedBy(verification));
        Assert.IsFalse(signed.IsAuthenticatedBy(pairwise));
        Assert.IsTrue(MessageText.TryAuthenticate(signed.Message, pairwise, out MessageText? authenticated));
        Assert.IsTrue(authenticated.IsAuthenticatedBy(pairwise));
        Assert.IsFalse(authenticated.IsSignedBy(verification));
    }

    private static string Mac(SigningKey own, DomainName ownName, DomainName otherName, PublicKey other, bool sending)
    {
        Assert.IsTrue(own.TryAgree(ownName, otherName, other, sending, out PairwiseKey? key));
        byte[] mac = new byte[PairwiseKey.MacSize];
        key.Authenticate("text"u8, mac);
        return Convert.ToHexString(mac);
    }
}
