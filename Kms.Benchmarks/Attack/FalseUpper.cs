using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Kms.Protocol;
using KmsApp.Tests;

namespace Kms.Benchmarks;

/// <summary>What stands where the upper KMS should be.</summary>
internal sealed class FalseUpper : IAsyncDisposable
{
    private const int Backlog = 4096;
    private const int BufferBytes = 8 << 20;

    private readonly Socket _udp, _tcp;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _over;
    private int _told;

    /// <summary>Opens it.</summary>
    /// <param name="habit">What it does.</param>
    public FalseUpper(UpperHabit habit)
    {
        _tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = BufferBytes };
        _tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _tcp.Listen(Backlog);
        Endpoint = (IPEndPoint)_tcp.LocalEndPoint!;
        _udp.Bind(Endpoint);
        // Who is silent need not even accept: the system takes connections and what is sent over them.
        _over = habit switch
        {
            UpperHabit.Silent => SwallowAsync(),
            UpperHabit.Idle => RespondAsync(Acknowledge),
            _ => Task.WhenAll(RespondAsync(KmsPacket.AskAgainOverTcp), AcceptAsync()),
        };
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

    private static DnsMessage Acknowledge(DnsMessage request) =>
        KmsPacket.Texts(request.Additionals) is [var bytes, ..] && MessageText.TryParse(bytes, out MessageText? text, out _)
            ? KmsPacket.Response(request, MessageText.Of(new Acknowledgement(text.Digest)).Text)
            : KmsPacket.Response(request);

    private async Task RespondAsync(Func<DnsMessage, DnsMessage> respond)
    {
        byte[] buffer = new byte[DnsMessage.MaximumLength];
        try
        {
            while (true)
            {
                SocketReceiveFromResult got = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, Endpoint, _stopping.Token);
                if (!DnsMessage.TryRead(buffer.AsSpan(0, got.ReceivedBytes), out DnsMessage? request, out _)) continue;
                await _udp.SendToAsync(respond(request).ToArray(), SocketFlags.None, got.RemoteEndPoint, _stopping.Token);
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
            await stream.WriteAsync(RawDns.Framed(response), _stopping.Token);
            Interlocked.Increment(ref _told);
            await socket.ReceiveAsync(prefix, SocketFlags.None, _stopping.Token); // until the other side has it
        }
        catch (Exception e) when (IsTheEnd(e))
        {
        }
    }
}
