using System.Net;
using System.Net.Sockets;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>A socket for each server.</summary>
[TestClass]
public sealed class PooledDnsWireTests : DnsWireTests, IDisposable
{
    private static readonly byte[] Text = [.. "v=KMS1; t=ack; of="u8];
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly VirtualTime _time = new();
    private readonly PooledDnsWire _wire;
    private readonly PooledDnsWire _inRealTime = new(TimeProvider.System);

    public PooledDnsWireTests() => _wire = new PooledDnsWire(_time);

    public void Dispose()
    {
        _wire.Dispose();
        _inRealTime.Dispose();
    }

    [TestMethod]
    public async Task Ask_ManyAtOnceWithTheSameId_ShareAPortAndEachHearsItsOwnAnswer()
    {
        const int Many = 50;
        using Socket server = Bind();
        DnsExchange exchange = new(_wire, TimeProvider.System, () => 7);
        Task<DnsExchangeResult>[] asking = [.. Enumerable.Range(0, Many).Select(i => AskAsync(exchange, server, $"host{i}.xx"))];

        HashSet<EndPoint> ports = [];
        List<DnsMessage> requests = [];
        while (requests.Count < Many) requests.Add(await ReceiveAsync(server, ports));
        foreach (DnsMessage request in requests.AsEnumerable().Reverse()) await server.SendToAsync(Respond(request), ports.First());

        for (int i = 0; i < Many; i++) Assert.AreEqual($"host{i}.xx", (await asking[i]).Response!.Questions[0].Name);
        Assert.HasCount(1, ports);
        Assert.AreEqual(1, _wire.Count);
    }

    [TestMethod]
    public async Task Ask_AfterALongTime_TakesAnotherPort()
    {
        using Socket server = Bind();
        DnsExchange exchange = new(_wire, TimeProvider.System);
        HashSet<EndPoint> first = [], second = [];
        await AnswerOneAsync(exchange, server, first);
        _time.Advance(PooledDnsWire.Idle);
        Assert.AreEqual(1, _wire.Count, "it was used since the sweep before");
        _time.Advance(PooledDnsWire.Idle);
        Assert.AreEqual(0, _wire.Count);
        await AnswerOneAsync(exchange, server, second);

        Assert.IsFalse(first.SetEquals(second));
    }

    [TestMethod]
    public async Task Sweep_WhileSomebodyWaits_ClosesNothing()
    {
        using Socket server = Bind();
        HashSet<EndPoint> ports = [];
        Task<DnsExchangeResult> asking = AskAsync(new DnsExchange(_wire, TimeProvider.System), server, "host.xx");
        DnsMessage request = await ReceiveAsync(server, ports);
        _time.Advance(10 * PooledDnsWire.Idle);
        await server.SendToAsync(Respond(request), ports.Single());

        Assert.AreEqual(DnsExchangeOutcome.Answered, (await asking).Outcome);
    }

    [TestMethod]
    public async Task Ask_ManyAtASilentServer_OpenNoMoreConnectionsThanTheBound()
    {
        const int Many = 3 * PooledDnsWire.ConnectionsToServer;
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(Many);
        using CancellationTokenSource over = new();
        Task<byte[]>[] asking = [.. Enumerable.Range(0, Many).Select(_ => _wire.AskTcpAsync((IPEndPoint)listener.LocalEndPoint!, new byte[12], over.Token))];

        List<Socket> accepted = [];
        for (int i = 0; i < PooledDnsWire.ConnectionsToServer; i++) accepted.Add(await listener.AcceptAsync(TestContext.CancellationToken));
        Assert.IsFalse(listener.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectRead), "one more");
        accepted[0].Dispose(); // closed without an answer: the next one may try, but not at once
        Assert.IsFalse(listener.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectRead), "one more at once");
        Task<Socket> next = listener.AcceptAsync(TestContext.CancellationToken).AsTask();
        while (await Task.WhenAny(next, Task.Delay(10, TestContext.CancellationToken)) != next) _time.Advance(TimeSpan.FromSeconds(1)); // once it is seen to be closed
        accepted.Add(await next);
        await over.CancelAsync();

        byte[]?[] answers = await Task.WhenAll(asking.Select(one => one.ContinueWith(ended => ended.IsCompletedSuccessfully ? ended.Result : null, TaskScheduler.Default)));
        Assert.HasCount(Many - PooledDnsWire.ConnectionsToServer - 1, answers.Where(answer => answer is { Length: 0 }), "who never had a connection ends without an exception");
        Assert.HasCount(PooledDnsWire.ConnectionsToServer + 1, answers.Where(answer => answer is null));
        accepted.ForEach(socket => socket.Dispose());
    }

    [TestMethod]
    public void Dispose_OfConversationsWithManyServers_LeavesNoMoreOpenThanTheBound()
    {
        IDnsConversation[] all = [.. Enumerable.Range(1, PooledDnsWire.MostIdle + 50).Select(i => _wire.OpenUdp(new IPEndPoint(IPAddress.Parse($"127.1.{i / 256}.{i % 256}"), 53)))];
        Assert.AreEqual(all.Length, _wire.Count);
        foreach (IDnsConversation one in all) one.Dispose();

        Assert.AreEqual(PooledDnsWire.MostIdle, _wire.Count);
    }

    [TestMethod]
    public async Task Ask_AfterTheEnd_IsNoAnswer()
    {
        using Socket server = Bind();
        _wire.Dispose();
        DnsExchangeResult result = await new DnsExchange(_wire, TimeProvider.System).AskAsync(
            (IPEndPoint)server.LocalEndPoint!, KmsPacket.Request(0, "host.xx", Text), new([TimeSpan.Zero], TimeSpan.Zero, Long), _ => true, TestContext.CancellationToken);

        Assert.AreEqual(DnsExchangeOutcome.NoAnswer, result.Outcome);
    }

    private protected override IDnsWire NewWire() => _inRealTime;

    private static Socket Bind()
    {
        Socket server = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return server;
    }

    private static byte[] Respond(DnsMessage request) => KmsPacket.Response(request, Text).ToArray();

    private Task<DnsExchangeResult> AskAsync(DnsExchange exchange, Socket server, string name) => exchange.AskAsync(
        (IPEndPoint)server.LocalEndPoint!, KmsPacket.Request(0, name, Text), new([TimeSpan.Zero], Long, Long), _ => true, TestContext.CancellationToken);

    private async Task<DnsMessage> ReceiveAsync(Socket server, HashSet<EndPoint> ports)
    {
        byte[] buffer = new byte[4096];
        SocketReceiveFromResult received = await server.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), TestContext.CancellationToken);
        ports.Add(received.RemoteEndPoint);
        Assert.IsTrue(DnsMessage.TryRead(buffer.AsSpan(0, received.ReceivedBytes), out DnsMessage? message, out _));
        return message;
    }

    private async Task AnswerOneAsync(DnsExchange exchange, Socket server, HashSet<EndPoint> ports)
    {
        Task<DnsExchangeResult> asking = AskAsync(exchange, server, "host.xx");
        DnsMessage request = await ReceiveAsync(server, ports);
        await server.SendToAsync(Respond(request), ports.Single());
        Assert.AreEqual(DnsExchangeOutcome.Answered, (await asking).Outcome);
    }
}
