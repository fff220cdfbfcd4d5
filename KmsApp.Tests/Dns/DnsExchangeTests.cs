using System.Net;
using System.Net.Sockets;
using Kms.Protocol;

namespace KmsApp.Tests;

[TestClass]
public sealed class DnsExchangeTests : IDisposable
{
    private static readonly IPEndPoint Server = new(IPAddress.Parse("192.0.2.1"), 53);
    private static readonly byte[] Text = [.. "v=KMS1; t=ack; of="u8];
    private static readonly DnsMessage Request = KmsPacket.Request(0, "host-b.c.a.xx", Text);

    private readonly VirtualTime _time = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly FakeDnsWire _wire;
    private readonly List<DnsMessage> _judged = [];
    private Func<DnsMessage, bool> _accept = _ => true;

    public DnsExchangeTests() => _wire = new FakeDnsWire(_time);

    public void Dispose() => _cancel.Dispose();

    [TestCleanup]
    public void NothingIsLeft()
    {
        Assert.AreEqual(0, _wire.Open);
        Assert.AreEqual(0, _time.ArmedTimers);
    }

    [TestMethod]
    public async Task Ask_AnswerAtOnce_IsReturned()
    {
        _wire.OnUdp = (udp, packet) => udp.Deliver(Answer(packet));
        DnsExchangeResult result = await Begin();
        Assert.AreEqual(DnsExchangeOutcome.Answered, result.Outcome);
        Assert.IsTrue(result.IsAnswered);
        Assert.AreEqual(Text.Length, KmsPacket.Texts(result.Response.Answers).Single().Length);
        Sent("udp@0");
    }

    [TestMethod]
    [DataRow(false, "udp@0 udp@300 tcp@900", 3000)]
    [DataRow(true, "udp@0 udp@1500 tcp@3000", 7000)]
    public async Task Ask_Silence_KeepsTheScheduleAndGivesUp(bool host, string expected, int givenUp)
    {
        Task<DnsExchangeResult> asking = Begin(schedule: host ? ExchangeSchedule.Host : ExchangeSchedule.BetweenServers);
        Advance(givenUp - 1);
        Assert.IsFalse(asking.IsCompleted);
        Advance(1);
        Assert.AreEqual(DnsExchangeOutcome.NoAnswer, (await asking).Outcome);
        Sent(expected.Split(' '));
        Assert.IsTrue(_wire.Packets.All(packet => packet.AsSpan().SequenceEqual(_wire.Packets[0])));
    }

    [TestMethod]
    public async Task Ask_AnswerToTheRepetition_EndsBeforeTcp()
    {
        Task<DnsExchangeResult> asking = Begin();
        Advance(300);
        _wire.Udp.Deliver(Answer(_wire.Packets[1]));
        Assert.IsTrue((await asking).IsAnswered);
        Sent("udp@0", "udp@300");
    }

    [TestMethod]
    public async Task Ask_AnswerOverTcp_IsReturned()
    {
        _wire.OnTcp = (packet, _) => Task.FromResult(Answer(packet).ToArray());
        Task<DnsExchangeResult> asking = Begin();
        Advance(900);
        Assert.IsTrue((await asking).IsAnswered);
        Sent("udp@0", "udp@300", "tcp@900");
    }

    [TestMethod]
    public async Task Ask_UdpAnswerWhileTcpIsTried_IsHeard()
    {
        Task<DnsExchangeResult> asking = Begin();
        Advance(2900);
        Assert.AreEqual("tcp@900", _wire.Sent[^1]);
        _wire.Udp.Deliver(Answer(_wire.Packets[0]));
        Assert.IsTrue((await asking).IsAnswered);
    }

    [TestMethod]
    public async Task Ask_ResponseWithTc_GoesToTcpAtOnceAndStopsRepeating()
    {
        Task<DnsExchangeResult> asking = Begin();
        Advance(20);
        _wire.Udp.Deliver(Answer(_wire.Packets[0]) with { Truncated = true });
        Advance(2979);
        Sent("udp@0", "tcp@20");
        Advance(1);
        Assert.AreEqual(DnsExchangeOutcome.NoAnswer, (await asking).Outcome);
        Assert.IsEmpty(_judged);
    }

    [TestMethod]
    public async Task Ask_TcFollowedByAFailingTcp_GoesOnRepeatingAndListening()
    {
        _wire.OnTcp = (_, _) => throw new SocketException((int)SocketError.ConnectionRefused);
        Task<DnsExchangeResult> asking = Begin();
        _wire.Udp.Deliver(Answer(_wire.Packets[0]) with { Truncated = true });
        Advance(300);
        Sent("udp@0", "tcp@0", "udp@300");
        _wire.Udp.Deliver(Answer(_wire.Packets[0]));
        Assert.IsTrue((await asking).IsAnswered);
    }

    [TestMethod]
    public async Task Ask_RequestBeyond1232Bytes_GoesToTcpAtOnce()
    {
        _wire.OnTcp = (packet, _) => Task.FromResult(Answer(packet).ToArray());
        Assert.IsTrue((await Begin(RequestOf(1233))).IsAnswered);
        Assert.AreEqual(1233, _wire.Packets[0].Length);
        Sent("tcp@0");
    }

    [TestMethod]
    public async Task Ask_RequestOf1232Bytes_GoesOverUdp()
    {
        _wire.OnUdp = (udp, packet) => udp.Deliver(Answer(packet));
        Assert.IsTrue((await Begin(RequestOf(1232))).IsAnswered);
        Sent("udp@0");
    }

    [TestMethod]
    public async Task Ask_LongRequestAndTcpRefused_EndsAtOnce()
    {
        _wire.OnTcp = (_, _) => throw new IOException("reset");
        Assert.AreEqual(DnsExchangeOutcome.NoAnswer, (await Begin(RequestOf(1233))).Outcome);
        Assert.AreEqual(TimeSpan.Zero, _time.Elapsed);
    }

    [TestMethod]
    [DataRow("broken")]
    [DataRow("a query")]
    [DataRow("another ID")]
    [DataRow("another opcode")]
    [DataRow("another name")]
    [DataRow("another type")]
    [DataRow("another class")]
    [DataRow("no question")]
    [DataRow("two questions")]
    public async Task Ask_NotTheResponse_IsIgnoredAndTheWaitGoesOn(string what)
    {
        Task<DnsExchangeResult> asking = Begin();
        DnsMessage good = Answer(_wire.Packets[0]);
        DnsQuestion question = good.Questions[0];
        byte[] packet = what switch
        {
            "broken" => good.ToArray()[..^1],
            "a query" => (good with { IsResponse = false }).ToArray(),
            "another ID" => (good with { Id = (ushort)(good.Id ^ 1) }).ToArray(),
            "another opcode" => (good with { Opcode = DnsOpcode.Update }).ToArray(),
            "another name" => (good with { Questions = [question with { Name = "host-c.c.a.xx" }] }).ToArray(),
            "another type" => (good with { Questions = [question with { Type = DnsType.A }] }).ToArray(),
            "another class" => (good with { Questions = [question with { Class = DnsClass.Ch }] }).ToArray(),
            "no question" => (good with { Questions = [] }).ToArray(),
            _ => (good with { Questions = [question, question] }).ToArray(),
        };
        _wire.Udp.Deliver(packet);
        Assert.IsFalse(asking.IsCompleted);
        Assert.IsEmpty(_judged);
        _wire.Udp.Deliver(good with { Questions = [question with { Name = "HOST-B.c.a.xx" }] });
        Assert.IsTrue((await asking).IsAnswered);
        Sent("udp@0");
    }

    [TestMethod]
    public async Task Ask_WrongIdWithTc_DoesNotBringTcpForward()
    {
        Task<DnsExchangeResult> asking = Begin();
        DnsMessage good = Answer(_wire.Packets[0]);
        _wire.Udp.Deliver(good with { Id = (ushort)(good.Id + 1), Truncated = true });
        Sent("udp@0");
        _wire.Udp.Deliver(good);
        Assert.IsTrue((await asking).IsAnswered);
    }

    [TestMethod]
    public async Task Ask_RefusedResponses_NeverEndTheWait()
    {
        _accept = message => message.AuthoritativeAnswer;
        Task<DnsExchangeResult> asking = Begin();
        DnsMessage good = Answer(_wire.Packets[0]);
        for (int i = 0; i < 100; i++)
        {
            _wire.Udp.Deliver(good with { AuthoritativeAnswer = false, ResponseCode = DnsResponseCode.Refused });
            Advance(5);
        }

        Assert.HasCount(100, _judged);
        Assert.IsFalse(asking.IsCompleted);
        _wire.Udp.Deliver(good);
        DnsExchangeResult result = await asking;
        Assert.AreEqual(good, result.Response);
    }

    [TestMethod]
    public async Task Ask_RefusedResponseOverTcp_LeavesUdpListening()
    {
        _accept = message => message.AuthoritativeAnswer;
        _wire.OnTcp = (packet, _) => Task.FromResult((Answer(packet) with { AuthoritativeAnswer = false }).ToArray());
        Task<DnsExchangeResult> asking = Begin();
        Advance(1000);
        Assert.HasCount(1, _judged);
        Assert.IsFalse(asking.IsCompleted);
        _wire.Udp.Deliver(Answer(_wire.Packets[0]));
        Assert.IsTrue((await asking).IsAnswered);
    }

    [TestMethod]
    public async Task Ask_TcOverTcp_IsNoAnswer()
    {
        _wire.OnTcp = (packet, _) => Task.FromResult((Answer(packet) with { Truncated = true }).ToArray());
        Assert.AreEqual(DnsExchangeOutcome.NoAnswer, (await Begin(RequestOf(1300))).Outcome);
        Assert.IsEmpty(_judged);
    }

    [TestMethod]
    public async Task Ask_PortUnreachable_DoesNotEndTheExchangeAndDoesNotSpin()
    {
        Task<DnsExchangeResult> asking = Begin();
        for (int i = 0; i < 1000; i++) _wire.Udp.ReportUnreachable();
        Advance(100);
        Assert.IsLessThanOrEqualTo(11, _wire.Udp.Receives);
        Assert.IsFalse(asking.IsCompleted);
        Advance(2900);
        Assert.AreEqual(DnsExchangeOutcome.NoAnswer, (await asking).Outcome);
        Sent("udp@0", "udp@300", "tcp@900");
    }

    [TestMethod]
    public async Task Ask_PortUnreachableAndThenAnAnswer_HearsTheAnswer()
    {
        Task<DnsExchangeResult> asking = Begin();
        _wire.Udp.ReportUnreachable();
        _wire.Udp.Deliver(Answer(_wire.Packets[0]));
        Assert.IsFalse(asking.IsCompleted);
        Advance(10);
        Assert.IsTrue((await asking).IsAnswered);
    }

    [TestMethod]
    public async Task Ask_SendThatReportsAnEarlierFault_IsRepeatedOnce()
    {
        Task<DnsExchangeResult> asking = Begin();
        _wire.Udp.FailingSends = 1;
        Advance(300);
        Sent("udp@0", "udp@300");
        _wire.Udp.Deliver(Answer(_wire.Packets[0]));
        Assert.IsTrue((await asking).IsAnswered);
    }

    [TestMethod]
    public async Task Ask_UdpCannotBeOpened_TriesTcpOnSchedule()
    {
        _wire.UdpCannotOpen = new SocketException((int)SocketError.NetworkUnreachable);
        Task<DnsExchangeResult> asking = Begin();
        Advance(900);
        Sent("tcp@900");
        Advance(2100);
        Assert.AreEqual(DnsExchangeOutcome.NoAnswer, (await asking).Outcome);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(200)]
    [DataRow(1000)]
    public async Task Ask_Cancelled_EndsAtOnce(int milliseconds)
    {
        Task<DnsExchangeResult> asking = Begin();
        Advance(milliseconds);
        await _cancel.CancelAsync();
        Assert.AreEqual(new DnsExchangeResult(DnsExchangeOutcome.Cancelled, null), await asking);
        Assert.AreEqual(milliseconds, _time.Elapsed.TotalMilliseconds);
    }

    [TestMethod]
    public async Task Ask_CancelledBefore_SendsNothing()
    {
        await _cancel.CancelAsync();
        Assert.AreEqual(DnsExchangeOutcome.Cancelled, (await Begin()).Outcome);
        Sent();
    }

    [TestMethod]
    public async Task Ask_JudgeThatThrows_EndsTheExchangeWithItsException()
    {
        _accept = _ => throw new IOException("a fault of the caller, not of the network");
        Task<DnsExchangeResult> asking = Begin();
        _wire.Udp.Deliver(Answer(_wire.Packets[0]));
        await Assert.ThrowsExactlyAsync<IOException>(() => asking);
    }

    [TestMethod]
    public async Task Ask_EveryExchange_TakesANewId()
    {
        ushort next = 7;
        var exchange = new DnsExchange(_wire, _time, () => next++);
        _wire.OnUdp = (udp, packet) => udp.Deliver(Answer(packet));
        for (int i = 0; i < 3; i++)
            Assert.IsTrue((await exchange.AskAsync(Server, Request, ExchangeSchedule.Host, _ => true, _cancel.Token)).IsAnswered);
        CollectionAssert.AreEqual(new ushort[] { 7, 8, 9 }, _wire.Packets.Select(packet => Wire.Id(packet)).ToArray());
    }

    [TestMethod]
    public async Task Ask_DefaultIds_DifferFromEachOther()
    {
        var exchange = new DnsExchange(_wire, _time);
        _wire.OnUdp = (udp, packet) => udp.Deliver(Answer(packet));
        for (int i = 0; i < 20; i++) await exchange.AskAsync(Server, Request, ExchangeSchedule.Host, _ => true, _cancel.Token);
        Assert.IsGreaterThan(15, _wire.Packets.Select(packet => Wire.Id(packet)).Distinct().Count());
    }

    [TestMethod]
    public async Task Ask_RequestWithoutAQuestion_Throws() =>
        await Assert.ThrowsExactlyAsync<ArgumentException>(() => Begin(Request with { Questions = [] }));

    [TestMethod]
    public void DefaultResult_IsNoAnswer()
    {
        Assert.AreEqual(DnsExchangeOutcome.NoAnswer, default(DnsExchangeResult).Outcome);
        Assert.IsFalse(default(DnsExchangeResult).IsAnswered);
    }

    private static DnsMessage Answer(byte[] packet)
    {
        Assert.IsTrue(DnsMessage.TryRead(packet, out DnsMessage? request, out _));
        return KmsPacket.Response(request, Text);
    }

    private static DnsMessage RequestOf(int length)
    {
        int more = length - Request.ToArray().Length;
        DnsMessage request = Request with { Edns = new Edns { Options = [new EdnsOption(12, new byte[more - 4])] } };
        Assert.AreEqual(length, request.ToArray().Length);
        return request;
    }

    private Task<DnsExchangeResult> Begin(DnsMessage? request = null, ExchangeSchedule? schedule = null) =>
        new DnsExchange(_wire, _time).AskAsync(
            Server,
            request ?? Request,
            schedule ?? ExchangeSchedule.BetweenServers,
            message =>
            {
                _judged.Add(message);
                return _accept(message);
            },
            _cancel.Token);

    private void Advance(int milliseconds) => _time.Advance(TimeSpan.FromMilliseconds(milliseconds));

    private void Sent(params string[] expected) => CollectionAssert.AreEqual(expected, _wire.Sent, string.Join(' ', _wire.Sent));
}
