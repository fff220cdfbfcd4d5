using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>Servers that keep a connection open and never come to an end, over real sockets, in virtual time.</summary>
[TestClass]
public sealed class HostileServerTests
{
    private const int MostDrips = 1_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly DnsMessage Request = new()
    {
        Questions = [new DnsQuestion("host-b.c.a.xx", DnsType.Txt)],
    };

    private static readonly Dictionary<string, Func<NetworkStream, CancellationToken, Task>> Kinds = new()
    {
        ["closes at once"] = (_, _) => Task.CompletedTask,
        ["closes within the length"] = (stream, stop) => stream.WriteAsync(new byte[] { 1 }, stop).AsTask(),
        ["closes within the message"] = (stream, stop) => stream.WriteAsync(new byte[] { 0, 200, 1, 2, 3 }, stop).AsTask(),
        ["says nothing"] = (_, stop) => Task.Delay(Timeout.Infinite, stop),
        ["says a length and no more"] = async (stream, stop) =>
        {
            await stream.WriteAsync(new byte[] { 0xFF, 0xFF }, stop);
            await Task.Delay(Timeout.Infinite, stop);
        },
        ["drips"] = async (stream, stop) =>
        {
            await stream.WriteAsync(new byte[] { 0xFF, 0xFF }, stop);
            for (int i = 0; i < MostDrips; i++)
            {
                await stream.WriteAsync(new byte[1], stop);
                await Task.Delay(TimeSpan.FromMilliseconds(1), stop);
            }
        },
        ["sends 64 KB of nothing, and more"] = async (stream, stop) =>
        {
            byte[] most = new byte[2 + ushort.MaxValue];
            BinaryPrimitives.WriteUInt16BigEndian(most, ushort.MaxValue);
            for (int i = 0; i < 4; i++) await stream.WriteAsync(most, stop);
        },
    };

    public static IEnumerable<object[]> KindNames => Kinds.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(KindNames))]
    public async Task Ask_OfAServerThatNeverComesToAnEnd_EndsByTheScheduleAndClosesItsConnection(string kind)
    {
        (Socket udp, Socket tcp) = LoopbackServer.Bind(IPAddress.Loopback);
        using CancellationTokenSource stop = new();
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task serving = ServeAsync(tcp, Kinds[kind], asked, stop.Token);
        VirtualTime time = new();
        ExchangeSchedule schedule = ExchangeSchedule.BetweenServers;

        Task<DnsExchangeResult> asking = new DnsExchange(new SocketDnsWire(), time).AskAsync((IPEndPoint)tcp.LocalEndPoint!, Request, schedule, _ => true, CancellationToken.None);
        time.Advance(schedule.TcpStart);
        await asked.Task.WaitAsync(Patience);
        Assert.IsFalse(asking.IsCompleted);
        time.Advance(schedule.GivenUp - schedule.TcpStart);

        Assert.AreEqual(DnsExchangeOutcome.NoAnswer, (await asking.WaitAsync(Patience)).Outcome);
        stop.CancelAfter(Patience);
        await serving;
        Assert.IsFalse(stop.IsCancellationRequested, "the server has seen the connection closed");
        udp.Dispose();
        tcp.Dispose();
    }

    /// <summary>Serves one connection until the other side has closed it, and tells when the request has come.</summary>
    private static async Task ServeAsync(Socket listening, Func<NetworkStream, CancellationToken, Task> serve, TaskCompletionSource asked, CancellationToken stop)
    {
        using Socket client = await listening.AcceptAsync(stop);
        await using NetworkStream stream = new(client);
        using CancellationTokenSource closed = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task serving = serve(stream, closed.Token);
        try
        {
            byte[] buffer = new byte[512];
            if (serving.IsCompletedSuccessfully) client.Shutdown(SocketShutdown.Send);
            while (await stream.ReadAsync(buffer, stop) > 0) asked.TrySetResult();
        }
        catch (IOException)
        {
            // Reset: closed with bytes unread.
        }
        await closed.CancelAsync();
        try
        {
            await serving;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
        }
    }
}
