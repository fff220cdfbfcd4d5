using System.Net;
using System.Net.Sockets;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>The exchange over real sockets on loopback, whichever wire carries it. The schedules are short; nothing depends on how short.</summary>
public abstract class DnsWireTests
{
    private static readonly byte[] Text = [.. "v=KMS1; t=ack; of="u8];
    private static readonly DnsMessage Request = KmsPacket.Request(0, "host-b.c.a.xx", Text);

    // Never reached: an answer ends the exchange before, or there is no way left to one.
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    private static readonly ExchangeSchedule UdpOnly = new([TimeSpan.Zero], Long, Long);
    private static readonly ExchangeSchedule TcpOnly = new([], TimeSpan.Zero, Long);

    public static IEnumerable<object[]> Loopbacks => Socket.OSSupportsIPv6
        ? [["127.0.0.1"], ["::1"]]
        : [["127.0.0.1"]];

    public TestContext TestContext { get; set; } = null!;

    private protected abstract IDnsWire NewWire();

    [TestMethod]
    [DynamicData(nameof(Loopbacks))]
    public async Task Ask_AnswerOverUdp_IsReturned(string address)
    {
        await using var server = new LoopbackServer(packet => [Answer(packet)], _ => null, IPAddress.Parse(address));
        Answered(await AskAsync(server.Address, UdpOnly));
        Assert.AreEqual(1, server.UdpRequests);
        Assert.AreEqual(0, server.TcpRequests);
    }

    [TestMethod]
    [DynamicData(nameof(Loopbacks))]
    public async Task Ask_TcOverUdp_GoesToTcp(string address)
    {
        await using var server = new LoopbackServer(
            packet => [KmsPacket.AskAgainOverTcp(Read(packet)).ToArray()], Answer, IPAddress.Parse(address));
        Answered(await AskAsync(server.Address, UdpOnly));
        Assert.AreEqual(1, server.TcpRequests);
    }

    [TestMethod]
    public async Task Ask_SilenceOverUdp_GoesToTcp()
    {
        var heard = new TaskCompletionSource();
        await using var server = new LoopbackServer(_ => { heard.TrySetResult(); return []; }, Answer);
        Answered(await AskAsync(server.Address, new([TimeSpan.Zero], Short, Long)));
        await heard.Task;
        Assert.AreEqual(1, server.TcpRequests);
    }

    [TestMethod]
    public async Task Ask_WrongIdAndGarbageFirst_WaitsForTheGoodOne()
    {
        await using var server = new LoopbackServer(
            packet =>
            [
                [],
                [1, 2, 3],
                (Read(Answer(packet)) with { Id = (ushort)(Wire.Id(packet) ^ 0x8000) }).ToArray(),
                new byte[5000],
                Answer(packet),
            ],
            _ => null);
        Answered(await AskAsync(server.Address, UdpOnly));
    }

    [TestMethod]
    public async Task Ask_AnswerFromAnotherPort_IsNotHeard()
    {
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        stranger.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int judged = 0;
        Task<DnsExchangeResult> asking = AskAsync((IPEndPoint)server.LocalEndPoint!, UdpOnly, message =>
        {
            judged++;
            return message.AuthoritativeAnswer;
        });
        byte[] buffer = new byte[4096];
        SocketReceiveFromResult got = await server.ReceiveFromAsync(
            buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), CancellationToken.None);
        byte[] answer = Answer(buffer[..got.ReceivedBytes]);
        await stranger.SendToAsync(answer, SocketFlags.None, got.RemoteEndPoint, CancellationToken.None);
        // A refused one from the server itself proves, in order, that the stranger's had its chance.
        await server.SendToAsync(
            (Read(answer) with { AuthoritativeAnswer = false }).ToArray(), SocketFlags.None, got.RemoteEndPoint, CancellationToken.None);
        await server.SendToAsync(answer, SocketFlags.None, got.RemoteEndPoint, CancellationToken.None);
        Answered(await asking);
        Assert.AreEqual(2, judged);
    }

    [TestMethod]
    public async Task Ask_PortClosed_IsNoAnswerWithoutAnException()
    {
        IPEndPoint closed = UnusedPort.Take();
        DnsExchangeResult overUdp = await AskAsync(closed, new([TimeSpan.Zero, Short], Long, 4 * Short));
        DnsExchangeResult overTcp = await AskAsync(closed, TcpOnly);
        Assert.AreEqual(new DnsExchangeResult(DnsExchangeOutcome.NoAnswer, null), overUdp);
        Assert.AreEqual(overUdp with { Trouble = new SocketException((int)SocketError.ConnectionRefused).Message }, overTcp);
    }

    [TestMethod]
    public async Task Ask_PortOpensAfterTheFirstPacket_AnswersTheRepetition()
    {
        IPEndPoint address = UnusedPort.Take();
        // The first packet leaves before this call returns; it meets a closed port, which the system reports.
        Task<DnsExchangeResult> asking = AskAsync(address, new([.. Enumerable.Range(0, 100).Select(i => i * 4 * Short)], Long, Long));
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(address);
        byte[] buffer = new byte[4096];
        SocketReceiveFromResult got = await server.ReceiveFromAsync(
            buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), TestContext.CancellationToken);
        await server.SendToAsync(Answer(buffer[..got.ReceivedBytes]), SocketFlags.None, got.RemoteEndPoint, CancellationToken.None);
        Answered(await asking);
    }

    [TestMethod]
    public async Task Ask_TcpClosedWithoutAnAnswer_IsNoAnswer()
    {
        await using var server = new LoopbackServer(_ => [], _ => null);
        DnsExchangeResult result = await AskAsync(server.Address, TcpOnly);
        Assert.AreEqual(DnsExchangeOutcome.NoAnswer, result.Outcome);
        Assert.AreEqual(1, server.TcpRequests);
    }

    [TestMethod]
    public async Task Ask_LongRequestAndLongResponse_TravelOverTcp()
    {
        byte[] text = [.. Text, .. new byte[Spec.MaximumTextLength]];
        await using var server = new LoopbackServer(_ => [], packet => KmsPacket.Response(Read(packet), text, text, text).ToArray());
        DnsExchangeResult result = await new DnsExchange(NewWire(), TimeProvider.System).AskAsync(
            server.Address, KmsPacket.Request(0, "host-b.c.a.xx", text), UdpOnly, _ => true, CancellationToken.None);
        Assert.IsTrue(result.IsAnswered);
        Assert.IsTrue(KmsPacket.Texts(result.Response.Answers).All(got => got.Span.SequenceEqual(text)));
        Assert.AreEqual(0, server.UdpRequests);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Ask_Cancelled_EndsAtOnce(bool tcp)
    {
        using var cancel = new CancellationTokenSource();
        await using var server = new LoopbackServer(
            _ => { cancel.Cancel(); return []; },
            _ => { cancel.Cancel(); return null; });
        DnsExchangeResult result = await new DnsExchange(NewWire(), TimeProvider.System).AskAsync(
            server.Address, Request, tcp ? TcpOnly : UdpOnly, _ => true, cancel.Token);
        Assert.AreEqual(DnsExchangeOutcome.Cancelled, result.Outcome);
    }

    private static DnsMessage Read(byte[] packet)
    {
        Assert.IsTrue(DnsMessage.TryRead(packet, out DnsMessage? message, out DnsFault fault), fault.ToString());
        return message;
    }

    private static byte[] Answer(byte[] packet) => KmsPacket.Response(Read(packet), Text).ToArray();

    private static void Answered(DnsExchangeResult result)
    {
        Assert.AreEqual(DnsExchangeOutcome.Answered, result.Outcome);
        Assert.IsTrue(KmsPacket.Texts(result.Response!.Answers).Single().Span.SequenceEqual(Text));
    }

    private Task<DnsExchangeResult> AskAsync(
        IPEndPoint server, ExchangeSchedule schedule, Func<DnsMessage, bool>? accept = null) =>
        new DnsExchange(NewWire(), TimeProvider.System).AskAsync(
            server, Request, schedule, accept ?? (_ => true), CancellationToken.None);
}
