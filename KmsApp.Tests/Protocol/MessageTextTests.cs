using System.Formats.Asn1;
using System.Text;
using Kms.Protocol;

namespace KmsApp.Tests.Protocol;

/// <summary>A message and the text that carries it.</summary>
[TestClass]
public sealed class MessageTextTests
{
    private static readonly DomainName Name = DomainName.Parse(Fig8.HostB), Kms00 = DomainName.Parse(Fig8.Kms00);

    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(Fig8.Start);

    [TestMethod]
    public void TrySign_PartsOfASecond_AreCutInTextAndMessage()
    {
        using SigningKey key = VectorKeys.Private("kms00");
        Assert.IsTrue(MessageText.TrySign(AttestationFrom(Start.AddMilliseconds(999)), key, out MessageText? text));
        Assert.AreEqual(AttestationFrom(Start), text.Message);
        using VerificationKey verification = VectorKeys.Verifying("kms00");
        Assert.IsTrue(text.IsSignedBy(verification));
    }

    [TestMethod]
    public void Write_AgainstTheGrammar_IsABugOfTheWriter()
    {
        using SigningKey key = VectorKeys.Private("kms00");
        Attestation ended = AttestationFrom(Start) with { Expires = Start };
        Assert.ThrowsExactly<InvalidOperationException>(() => MessageText.TrySign(ended, key, out _));
        Assert.ThrowsExactly<InvalidOperationException>(() => MessageText.TrySign(AttestationFrom(Start) with { Kms = default }, key, out _));
        Assert.ThrowsExactly<InvalidOperationException>(() => MessageText.TrySign(AttestationFrom(DateTimeOffset.MinValue), key, out _));
        Assert.ThrowsExactly<InvalidOperationException>(() => MessageText.TrySign(new Acknowledgement(default), key, out _), "nobody signs an ack");
        Assert.ThrowsExactly<InvalidOperationException>(() => MessageText.Of(AttestationFrom(Start)), "an attestation without a signature");
        Assert.IsTrue(key.TryAgree(Kms00, Name, VectorKeys.Public("kms1"), sending: true, out PairwiseKey? pairwise));
        Assert.ThrowsExactly<InvalidOperationException>(() => MessageText.TryAuthenticate(AttestationFrom(Start), pairwise, out _), "an attestation with a MAC");
    }

    [TestMethod]
    public void TrySign_TextTooLong_IsFalse()
    {
        using SigningKey key = VectorKeys.Private("kms00");
        AsnWriter info = new(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            using (info.PushSequence()) info.WriteObjectIdentifier("1.3.101.999");
            info.WriteBitString(new byte[3000]);
        }
        Assert.IsTrue(PublicKey.TryRead(info.Encode(), out PublicKey? large));
        Attestation message = AttestationFrom(Start) with { Key = large };
        Assert.IsFalse(MessageText.TrySign(message, key, out MessageText? text));
        Assert.IsNull(text);
    }

    [TestMethod]
    public void Digest_OfAText_CoversItsSeal()
    {
        Assert.IsTrue(MessageText.TryParse(Encoding.ASCII.GetBytes(Fig8.Attestation.Text), out MessageText? text, out _));
        Assert.AreEqual(Fig8.Arrow86["of"], text.Digest.ToString());
        Assert.AreEqual(Fig8.Attestation.Covered, Encoding.ASCII.GetString(text.Covered));
        Assert.AreEqual(Fig8.Attestation.Text, text.ToString());
    }

    [TestMethod]
    public void Deliveries_WithAnotherWayBack_Differ()
    {
        Assert.IsTrue(MessageText.TryParse(Encoding.ASCII.GetBytes(Fig8.UnsolvedDelivery.Text), out MessageText? first, out _));
        Assert.IsTrue(MessageText.TryParse(Encoding.ASCII.GetBytes(Fig8.UnsolvedDelivery.Text), out MessageText? second, out _));
        Delivery delivery = (Delivery)first.Message;
        Assert.AreEqual(delivery, (Delivery)second.Message);
        Assert.AreNotEqual(delivery, delivery with { Back = delivery.Back.Add(Name) });
        Assert.AreNotEqual(delivery, delivery with { Reason = Reason.Timeout });
    }

    [TestMethod]
    [DataRow(null, null, 0, true)]
    [DataRow(0, null, -1, false)]
    [DataRow(0, null, 0, true)]
    [DataRow(null, 0, -1, true)]
    [DataRow(null, 0, 0, false)]
    [DataRow(0, 10, 9, true)]
    [DataRow(0, 10, 10, false)]
    public void KeyRecord_AtATime_CountsFromNbfUntilExp(int? notBefore, int? expires, int now, bool expected)
    {
        KeyRecord record = new(Name, default, VectorKeys.Public("host-b"),
            notBefore is { } n ? Start.AddSeconds(n) : null, expires is { } e ? Start.AddSeconds(e) : null);
        Assert.AreEqual(expected, record.IsValidAt(Start.AddSeconds(now)));
        Assert.AreEqual("_kms.host-b.c.a.xx", KeyRecord.OwnerOf(Name));
    }

    private static Attestation AttestationFrom(DateTimeOffset at) => new(Name, default, VectorKeys.Public("host-b"), Kms00, at, at.AddHours(1));
}
