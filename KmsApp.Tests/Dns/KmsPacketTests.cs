using Kms.Protocol;

namespace KmsApp.Tests;

[TestClass]
public sealed class KmsPacketTests
{
    private static readonly byte[] Ack = [.. "v=KMS1; t=ack; of="u8];
    private static readonly byte[] Delivery = [.. "v=KMS1; t=delivery; name="u8, .. Enumerable.Repeat((byte)'x', 400)];

    [TestMethod]
    public void Request_Texts_TravelInTheAdditionalSection()
    {
        DnsMessage request = Through(KmsPacket.Request(42, "Host-B.c.a.xx", Ack, Delivery));
        Assert.AreEqual(42, request.Id);
        Assert.IsTrue(request is { IsResponse: false, RecursionDesired: false, Opcode: DnsOpcode.Query });
        Assert.AreEqual(new DnsQuestion("Host-B.c.a.xx", DnsType.Txt), request.Questions.Single());
        Assert.AreEqual(new Edns { UdpPayloadSize = 1232 }, request.Edns);
        Assert.IsEmpty(request.Answers);
        Assert.IsTrue(request.Additionals.All(record => record is { Name: "Host-B.c.a.xx", Type: DnsType.Txt, Class: DnsClass.In, Ttl: 0 }));
        Same([Ack, Delivery], KmsPacket.Texts(request.Additionals));
        Assert.IsTrue(KmsPacket.OwnersAgree(request, request.Additionals));
    }

    [TestMethod]
    public void Response_Texts_TravelInTheAnswerSection()
    {
        DnsMessage request = KmsPacket.Request(42, "Host-B.c.a.xx", Ack);
        DnsMessage response = Through(KmsPacket.Response(request, Delivery));
        Assert.AreEqual(42, response.Id);
        Assert.IsTrue(response is
        {
            IsResponse: true, AuthoritativeAnswer: true, RecursionAvailable: false, Truncated: false,
            ResponseCode: DnsResponseCode.NoError, Authorities: [], Additionals: [],
        });
        Assert.AreEqual(request.Questions.Single(), response.Questions.Single());
        Assert.IsTrue(response.Answers.Single() is { Name: "Host-B.c.a.xx", Type: DnsType.Txt, Ttl: 0 });
        Same([Delivery], KmsPacket.Texts(response.Answers));
        Assert.IsNotNull(response.Edns);
    }

    [TestMethod]
    public void Response_RequestWithoutOpt_HasNone()
    {
        DnsMessage request = KmsPacket.Request(1, "xx", Ack) with { Edns = null };
        Assert.IsNull(KmsPacket.Response(request, Ack).Edns);
        Assert.IsNull(KmsPacket.Failure(request, ExtendedErrorCode.Other).Edns);
        Assert.IsNull(KmsPacket.AskAgainOverTcp(request).Edns);
    }

    [TestMethod]
    public void Response_RequestWithDo_RepeatsIt()
    {
        DnsMessage request = KmsPacket.Request(1, "xx", Ack);
        Assert.IsFalse(KmsPacket.Response(request, Ack).Edns!.DnssecOk);
        request = request with { Edns = new Edns { DnssecOk = true, Version = 7, Options = [new EdnsOption(10, new byte[8])] } };
        Assert.AreEqual(new Edns { DnssecOk = true }, KmsPacket.Response(request, Ack).Edns);
    }

    [TestMethod]
    [DataRow(ExtendedErrorCode.NoReachableAuthority, 22)]
    [DataRow(ExtendedErrorCode.NotReady, 14)]
    [DataRow(ExtendedErrorCode.Other, 0)]
    public void Failure_Reason_IsServFailWithTheReasonWhereOptWas(ExtendedErrorCode reason, int number)
    {
        DnsMessage request = KmsPacket.Request(1, "xx", Ack);
        DnsMessage failure = Through(KmsPacket.Failure(request, reason));
        Assert.AreEqual(DnsResponseCode.ServFail, failure.ResponseCode);
        Assert.AreEqual(number, (int)failure.Edns!.ExtendedError!.Code);
        Assert.AreEqual(request.Questions.Single(), failure.Questions.Single());
        Assert.IsTrue(failure is { IsResponse: true, RecursionAvailable: false, Answers: [], Authorities: [], Additionals: [] });

        DnsMessage bare = Through(KmsPacket.Failure(request with { Edns = null }, reason));
        Assert.AreEqual(DnsResponseCode.ServFail, bare.ResponseCode);
        Assert.IsNull(bare.Edns);
    }

    [TestMethod]
    public void AskAgainOverTcp_Request_IsTcAndNoRecords()
    {
        DnsMessage response = Through(KmsPacket.AskAgainOverTcp(KmsPacket.Request(9, "xx", Ack)));
        Assert.IsTrue(response is { Id: 9, IsResponse: true, Truncated: true, ResponseCode: DnsResponseCode.NoError, Answers: [] });
        Assert.AreEqual("xx", response.Questions.Single().Name);
    }

    [TestMethod]
    public void Texts_OtherRecords_AreLeftAlone()
    {
        byte[] rdata = TxtData.Split(Ack);
        byte[] broken = [.. rdata, 9, 1];
        DnsRecord[] section =
        [
            new("xx", DnsType.Txt, DnsClass.In, 0, TxtData.Split("v=spf1 -all"u8)),
            new("xx", DnsType.Txt, DnsClass.Ch, 0, rdata),
            new("xx", (DnsType)99, DnsClass.In, 0, rdata),
            new("xx", DnsType.Txt, DnsClass.In, 0, broken),
        ];
        Assert.IsEmpty(KmsPacket.Texts(section));
        Same([Ack], KmsPacket.Texts([.. section, new("xx", DnsType.Txt, DnsClass.In, 0, rdata)]));
    }

    [TestMethod]
    public void OwnersAgree_AnotherOwnerOrQuestion_IsFalse()
    {
        DnsMessage request = KmsPacket.Request(1, "b.xx", Ack);
        DnsRecord stray = request.Additionals[0] with { Name = "c.xx" };
        Assert.IsTrue(KmsPacket.OwnersAgree(request, [request.Additionals[0] with { Name = "B.XX" }]));
        Assert.IsTrue(KmsPacket.OwnersAgree(request, [stray with { Data = TxtData.Split("v=spf1"u8) }]));
        Assert.IsFalse(KmsPacket.OwnersAgree(request, [request.Additionals[0], stray]));
        Assert.IsFalse(KmsPacket.OwnersAgree(request with { Questions = [] }, request.Additionals));
        Assert.IsFalse(KmsPacket.OwnersAgree(request with { Questions = [new("b.xx", DnsType.A)] }, request.Additionals));
        Assert.IsFalse(KmsPacket.OwnersAgree(
            request with { Questions = [new("b.xx", DnsType.Txt, DnsClass.Ch)] }, request.Additionals));
    }

    private static DnsMessage Through(DnsMessage message)
    {
        Assert.IsTrue(DnsMessage.TryRead(message.ToArray(), out DnsMessage? read, out DnsFault fault), fault.ToString());
        return read;
    }

    private static void Same(byte[][] expected, IReadOnlyList<ReadOnlyMemory<byte>> actual) => CollectionAssert.AreEqual(
        expected.Select(Convert.ToHexString).ToArray(), actual.Select(text => Convert.ToHexString(text.Span)).ToArray());
}
