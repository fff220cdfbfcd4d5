using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>
/// What stands where the upper KMS should be. Silent: it takes everything and says nothing. Else it sends each request on to TCP, and there
/// answers with as much as a DNS packet can hold: records that bear the head, and no acknowledgement.
/// </summary>
internal sealed class FalseUpper : IAsyncDisposable
{
    private const int Backlog = 4096;
    private const int BufferBytes = 8 << 20;

    private readonly Socket _udp, _tcp;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _over;
    private int _told;

    /// <summary>Opens it on an address of loopback that is its own.</summary>
    /// <param name="isSilent">Whether it says nothing.</param>
    public FalseUpper(bool isSilent)
    {
        Endpoint = new IPEndPoint(new IPAddress([127, 0, 2, (byte)(isSilent ? 1 : 2)]), 5300);
        _tcp = new Socket(Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _udp = new Socket(Endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = BufferBytes };
        _tcp.Bind(Endpoint);
        _udp.Bind(Endpoint);
        _tcp.Listen(Backlog);
        // Who is silent need not even accept: the system takes connections and what is sent over them.
        _over = isSilent ? SwallowAsync() : Task.WhenAll(SendToTcpAsync(), AcceptAsync());
    }

    /// <summary>Where it is.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>How many long responses it has sent.</summary>
    public int Told => Volatile.Read(ref _told);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _udp.Dispose();
        _tcp.Dispose();
        await _over;
        _stopping.Dispose();
    }

    private static bool IsTheEnd(Exception e) => e is SocketException or IOException or ObjectDisposedException or OperationCanceledException;

    private async Task SwallowAsync()
    {
        byte[] buffer = new byte[DnsMessage.MaximumLength];
        try
        {
            while (true) await _udp.ReceiveAsync(buffer, SocketFlags.None, _stopping.Token);
        }
        catch (Exception e) when (IsTheEnd(e))
        {
        }
    }

    private async Task SendToTcpAsync()
    {
        byte[] buffer = new byte[DnsMessage.MaximumLength];
        try
        {
            while (true)
            {
                SocketReceiveFromResult got = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, Endpoint, _stopping.Token);
                if (!DnsMessage.TryRead(buffer.AsSpan(0, got.ReceivedBytes), out DnsMessage? request, out _)) continue;
                await _udp.SendToAsync(KmsPacket.AskAgainOverTcp(request).ToArray(), SocketFlags.None, got.RemoteEndPoint, _stopping.Token);
            }
        }
        catch (Exception e) when (IsTheEnd(e))
        {
        }
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                serving.Add(AnswerAsync(await _tcp.AcceptAsync(_stopping.Token)));
                serving.RemoveAll(task => task.IsCompleted);
            }
        }
        catch (Exception e) when (IsTheEnd(e))
        {
        }
        await Task.WhenAll(serving);
    }

    private async Task AnswerAsync(Socket socket)
    {
        using NetworkStream stream = new(socket, ownsSocket: true);
        try
        {
            byte[] prefix = new byte[sizeof(ushort)];
            await stream.ReadExactlyAsync(prefix, _stopping.Token);
            byte[] packet = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
            await stream.ReadExactlyAsync(packet, _stopping.Token);
            if (!DnsMessage.TryRead(packet, out DnsMessage? request, out _)) return;
            byte[] response = LongPacket.Fill(KmsPacket.Response(request), LongPacket.HeadAlone);
            await stream.WriteAsync(LongPacket.Framed(response), _stopping.Token);
            Interlocked.Increment(ref _told);
            await socket.ReceiveAsync(prefix, SocketFlags.None, _stopping.Token); // until the other side has it
        }
        catch (Exception e) when (IsTheEnd(e))
        {
        }
    }
}
