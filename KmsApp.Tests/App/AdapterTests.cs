using DnsServerCore.ApplicationCommon;
using Kms.Protocol;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Dns.EDnsOptions;
using TechnitiumLibrary.Net.Dns.ResourceRecords;
using DnsClass = TechnitiumLibrary.Net.Dns.ResourceRecords.DnsClass;
using DnsOpcode = TechnitiumLibrary.Net.Dns.DnsOpcode;
using DnsResponseCode = TechnitiumLibrary.Net.Dns.DnsResponseCode;

namespace KmsApp.Tests;

/// <summary>KMS1 requests through the three hooks.</summary>
[TestClass]
public sealed class AdapterTests
{
    [TestMethod]
    [DataRow(true, false, DnsTransportProtocol.Udp)]
    [DataRow(false, false, DnsTransportProtocol.Udp)]
    [DataRow(false, true, DnsTransportProtocol.Tcp)]
    public async Task Inquiry_NameInAZoneOrNot_IsAnsweredWithRecords(bool isInZone, bool another, DnsTransportProtocol protocol)
    {
        using RunningApp app = new();
        await app.StartAsync();
        DnsDatagram request = RunningApp.Request(app.Inquire());

        DnsDatagram response = (await app.PassAsync(request, protocol, isInZone, another))!;

        Assert.AreEqual(DnsResponseCode.NoError, response.RCODE);
        Assert.IsTrue(response is { IsResponse: true, AuthoritativeAnswer: true, RecursionAvailable: false, Truncation: false, Authority.Count: 0 });
        Assert.AreEqual(4711, response.Identifier);
        Assert.AreSame(request.Question, response.Question);
        Assert.AreEqual(DnsServerResponseType.Authoritative, response.Tag);
        Assert.IsTrue(response.Answer.All(record => record is { TTL: 0, Type: DnsResourceRecordType.TXT, Class: DnsClass.IN } && record.Name == request.Question[0].Name));
        MessageText[] messages = RunningApp.Messages(response);
        Assert.AreEqual(MessageType.Answer, messages[0].Message.Type);
        Assert.AreEqual(app.HostKey.PublicKey, ((Attestation)messages[1].Message).Key);
        Assert.IsNotNull(response.EDNS);
    }

    [TestMethod]
    public async Task Inquiry_LetterCaseOfTheQuestion_IsEchoed()
    {
        using RunningApp app = new();
        await app.StartAsync();

        DnsDatagram response = (await app.PassAsync(RunningApp.Request(app.Inquire(), name: "HoSt-A.b.A.xx")))!;

        Assert.AreEqual("HoSt-A.b.A.xx", response.Question[0].Name);
        Assert.HasCount(2, response.Answer);
    }

    [TestMethod]
    public async Task Inquiry_WithoutOpt_IsAnsweredWithoutOpt()
    {
        using RunningApp app = new();
        await app.StartAsync();

        Assert.IsNull((await app.PassAsync(RunningApp.Request(app.Inquire(), hasEdns: false)))!.EDNS);
    }

    [TestMethod]
    public async Task Inquiry_WrongSignature_IsDropped()
    {
        using RunningApp app = new();
        await app.StartAsync();
        using SigningKey other = KeyImporter.Generate();

        Assert.IsNull(await app.PassAsync(RunningApp.Request(app.Inquire(key: other))));
        Assert.IsNull(await app.PassAsync(RunningApp.Request(app.Inquire(), name: "other.b.a.xx")));
    }

    [TestMethod]
    [DataRow(DnsResourceRecordType.A, DnsClass.IN, DnsOpcode.StandardQuery, 1)]
    [DataRow(DnsResourceRecordType.TXT, DnsClass.CH, DnsOpcode.StandardQuery, 1)]
    [DataRow(DnsResourceRecordType.TXT, DnsClass.IN, DnsOpcode.Notify, 1)]
    [DataRow(DnsResourceRecordType.TXT, DnsClass.IN, DnsOpcode.Update, 1)]
    [DataRow(DnsResourceRecordType.TXT, DnsClass.IN, DnsOpcode.StandardQuery, 2)]
    [DataRow(DnsResourceRecordType.TXT, DnsClass.IN, DnsOpcode.StandardQuery, 0)]
    public async Task Controller_HeadInAnotherQuery_DropsIt(DnsResourceRecordType type, DnsClass @class, DnsOpcode opcode, int questions)
    {
        using RunningApp app = new();
        await app.StartAsync();

        Assert.IsNull(await app.PassAsync(RunningApp.Request(app.Inquire(), type: type, @class: @class, opcode: opcode, questions: questions)));
    }

    [TestMethod]
    public async Task Controller_ResponsePacket_IsLeftAlone()
    {
        using RunningApp app = new();
        await app.StartAsync();
        DnsDatagram packet = RunningApp.Request(app.Inquire(), isResponse: true);

        Assert.AreEqual(DnsResponseCode.Refused, (await app.PassAsync(packet))!.RCODE);
        Assert.IsNull(packet.Tag);
    }

    [TestMethod]
    [DataRow("v=KMS1; t", true)]
    [DataRow(" v=KMS1; t=inquiry; name=", true)]
    [DataRow("", true)]
    [DataRow("v=KMS1; t=", false)]
    [DataRow("v=KMS1; t=nonsense; a=b", false)]
    public async Task Controller_TextWithOrWithoutTheHead_IsOrdinaryOrDropped(string text, bool isOrdinary)
    {
        using RunningApp app = new();
        await app.StartAsync();

        DnsDatagram? response = await app.PassAsync(Carrying(new DnsTXTRecordData(text)));

        Assert.AreEqual(isOrdinary, response is not null);
    }

    [TestMethod]
    public async Task Controller_TxtRecordWithoutData_IsOrdinary()
    {
        using RunningApp app = new();
        await app.StartAsync();

        Assert.IsNotNull(await app.PassAsync(Carrying(new DnsTXTRecordData(new MemoryStream([0, 0])))));
    }

    [TestMethod]
    public async Task Inquiry_WhileOtherKmssAreSilent_IsServfailWithError22()
    {
        VirtualTime time = new();
        using RunningApp app = new(time);
        // Less than the 3 s after which a silent neighbour is given up: that would be `unsolved` with `timeout`.
        await app.StartAsync(""", "answerTimeout": "00:00:02", "upper": { "name": "kms0.a.xx", "addresses": ["127.0.0.1:9"] }""");

        Task<DnsDatagram?> passing = app.PassAsync(RunningApp.Request(app.Inquire("host-b.c.a.xx", "kms00.xx")));
        Task<DnsDatagram?> bare = app.PassAsync(RunningApp.Request(app.Inquire("host-b.c.a.xx", "kms00.xx"), hasEdns: false));
        DnsDatagram response = (await EndAsync(passing, time))!;

        AssertFailure(response, EDnsExtendedDnsErrorCode.NoReachableAuthority);
        Assert.IsNull((await EndAsync(bare, time))!.EDNS);
    }

    [TestMethod]
    [DataRow(DnsTransportProtocol.Udp, true)]
    [DataRow(DnsTransportProtocol.UdpProxy, true)]
    [DataRow(DnsTransportProtocol.Tcp, false)]
    [DataRow(DnsTransportProtocol.Tls, false)]
    public async Task Inquiry_OverALimit_IsTruncatedOverUdpElseServfailWithError14(DnsTransportProtocol protocol, bool isTruncated)
    {
        using RunningApp app = new(new VirtualTime());
        await app.StartAsync(""", "limits": { "checksForHost": { "perSecond": 1, "burst": 1 }, "checksForAddress": { "perSecond": 1, "burst": 1 } }""");
        Assert.HasCount(2, (await app.PassAsync(RunningApp.Request(app.Inquire()), protocol))!.Answer);

        DnsDatagram response = (await app.PassAsync(RunningApp.Request(app.Inquire()), protocol))!;

        Assert.AreEqual(isTruncated, response.Truncation);
        Assert.IsEmpty(response.Answer);
        if (isTruncated) Assert.AreEqual(DnsResponseCode.NoError, response.RCODE);
        else AssertFailure(response, EDnsExtendedDnsErrorCode.NotReady);
    }

    [TestMethod]
    public async Task Inquiry_KmsIdle_IsServfailWithError14()
    {
        using RunningApp app = new();
        await app.StartAsync();
        File.Delete(app.KeyFile);
        await app.StartAsync();

        AssertFailure((await app.PassAsync(RunningApp.Request(app.Inquire())))!, EDnsExtendedDnsErrorCode.NotReady);
        AssertFailure((await app.PassAsync(RunningApp.Request(app.Inquire()), isInZone: false))!, EDnsExtendedDnsErrorCode.NotReady);
        Assert.AreEqual(DnsResponseCode.Refused, (await app.PassAsync(Carrying(new DnsTXTRecordData("plain"))))!.RCODE);
    }

    [TestMethod]
    public async Task Inquiry_FirstConfigurationWrong_IsServfailWithError14()
    {
        using RunningApp app = new();
        await Assert.ThrowsExactlyAsync<SettingsException>(() => app.App.InitializeAsync(app.Server, "{"));

        AssertFailure((await app.PassAsync(RunningApp.Request(app.Inquire())))!, EDnsExtendedDnsErrorCode.NotReady);
        await app.StartAsync();
        Assert.IsTrue(await app.ServesAsync());
    }

    [TestMethod]
    public async Task Inquiry_KmsSwitchedOff_IsLeftAlone()
    {
        using RunningApp app = new();
        await app.StartAsync();
        await app.App.InitializeAsync(app.Server, """{ "enableKms": false }""");
        DnsDatagram request = RunningApp.Request(app.Inquire());

        Assert.AreEqual(DnsResponseCode.Refused, (await app.PassAsync(request))!.RCODE);
        Assert.IsNull(request.Tag);
    }

    [TestMethod]
    public async Task Inquiry_AppFails_IsServfailWithError0()
    {
        using RunningApp app = new();
        await app.StartAsync();
        DnsDatagram request = RunningApp.Request(app.Inquire());

        // A null source stands for any bug of ours.
        DnsRequestControllerAction action = await ((App)app.App).GetRequestActionAsync(request, null!, DnsTransportProtocol.Udp);

        Assert.AreEqual(DnsRequestControllerAction.Allow, action);
        AssertFailure((await ((App)app.App).PostProcessAsync(request, null!, DnsTransportProtocol.Udp, RunningApp.Plain(request)))!, EDnsExtendedDnsErrorCode.Other);
        Assert.IsTrue(app.Server.Log.Any(line => line.Contains(nameof(NullReferenceException), StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Inquiry_DisposedWhileItWaits_IsServfailAndNothingIsLeft()
    {
        VirtualTime time = new();
        RunningApp app = new(time);
        await app.StartAsync(""", "upper": { "name": "kms0.a.xx", "addresses": ["127.0.0.1:9"] }""");
        DnsDatagram request = RunningApp.Request(app.Inquire("host-b.c.a.xx", "kms00.xx"));
        await ((App)app.App).GetRequestActionAsync(request, RunningApp.Source, DnsTransportProtocol.Udp);

        app.Dispose();

        AssertFailure((await ((App)app.App).PostProcessAsync(request, RunningApp.Source, DnsTransportProtocol.Udp, RunningApp.Plain(request)))!, EDnsExtendedDnsErrorCode.Other);
        for (int i = 0; i < 1000 && time.ArmedTimers > 0; i++) await Task.Yield();
        Assert.AreEqual(0, time.ArmedTimers);
    }

    [TestMethod]
    public async Task Retransmission_AfterASave_IsStillKnown()
    {
        using RunningApp app = new();
        await app.StartAsync();
        MessageText inquiry = app.Inquire();
        Assert.HasCount(2, (await app.PassAsync(RunningApp.Request(inquiry)))!.Answer);
        int lines = app.Server.Log.Count;

        await app.StartAsync();

        Assert.HasCount(2, (await app.PassAsync(RunningApp.Request(inquiry)))!.Answer, "A new memory would begin after it.");
        Assert.IsGreaterThan(lines, app.Server.Log.Count);
    }

    private static async Task<DnsDatagram?> EndAsync(Task<DnsDatagram?> passing, VirtualTime time)
    {
        while (!passing.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
        return await passing;
    }

    private static DnsDatagram Carrying(DnsTXTRecordData data) => new(
        4711, false, DnsOpcode.StandardQuery, false, false, false, false, false, false, DnsResponseCode.NoError,
        [new DnsQuestionRecord("host-a.b.a.xx", DnsResourceRecordType.TXT, DnsClass.IN)],
        additional: [new DnsResourceRecord("host-a.b.a.xx", DnsResourceRecordType.TXT, DnsClass.IN, 0, data)]);

    private static void AssertFailure(DnsDatagram response, EDnsExtendedDnsErrorCode code)
    {
        Assert.AreEqual(DnsResponseCode.ServerFailure, response.RCODE);
        Assert.IsTrue(response is { IsResponse: true, AuthoritativeAnswer: false, RecursionAvailable: false, Question.Count: 1, Answer.Count: 0, Authority.Count: 0 });
        EDnsOption option = response.EDNS!.Options.Single();
        Assert.AreEqual(EDnsOptionCode.EXTENDED_DNS_ERROR, option.Code);
        Assert.AreEqual(code, ((EDnsExtendedDnsErrorOptionData)option.Data).InfoCode);
        Assert.AreEqual(DnsServerResponseType.Authoritative, response.Tag);
    }
}
