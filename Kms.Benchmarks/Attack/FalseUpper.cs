using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Kms.Lab;
using Kms.Protocol;
using KmsApp.Tests;

namespace Kms.Benchmarks;

/// <summary>What stands where the upper KMS should be.</summary>
internal sealed class FalseUpper : IAsyncDisposable
{
    private const int Backlog = 4096;
    private const int BufferBytes = 8 << 20;

    private readonly BoundSockets _sockets = BoundSockets.BindSet(1)[0];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _over;
    private int _told;

    /// <summary>Opens it.</summary>
    /// <param name="habit">What it does.</param>
    public FalseUpper(UpperHabit habit)
    {
        _sockets.Udp.ReceiveBufferSize = BufferBytes;
        _sockets.Tcp.Listen(Backlog);
        // Who is silent need not even receive and accept: the system takes packets and connections, and drops what is too much.
        _over = habit switch
        {
            UpperHabit.Silent => Task.CompletedTask,
            UpperHabit.Idle => RespondOnAThreadAsync(Acknowledge),
            _ => Task.WhenAll(RespondOnAThreadAsync(KmsPacket.AskAgainOverTcp), AcceptAsync()),
        };
    }

    /// <summary>Where it is.</summary>
    public IPEndPoint Endpoint => _sockets.Endpoint;

    /// <summary>How many long responses it has sent.</summary>
    public int Told => Volatile.Read(ref _told);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _sockets.Udp.SendTo([], Endpoint); // so that its thread looks up
        _sockets.Tcp.Dispose();
        await _over;
        _sockets.Dispose();
        _stopping.Dispose();
    }

    private static bool IsTheEnd(Exception e) => e is SocketException or IOException or ObjectDisposedException or OperationCanceledException;

    private static DnsMessage Acknowledge(DnsMessage request) =>
        KmsPacket.Texts(request.Additionals) is [var bytes, ..] && MessageText.TryParse(bytes, out MessageText? text, out _)
            ? KmsPacket.Response(request, MessageText.Of(new Acknowledgement(text.Digest)).Text)
            : KmsPacket.Response(request);

    /// <summary>It stands on the machine that is measured, and must cost it as little as can be: a thread that the system wakes, and nothing else.</summary>
    private Task RespondOnAThreadAsync(Func<DnsMessage, DnsMessage> respond) => Task.Factory.StartNew(() => Respond(respond), TaskCreationOptions.LongRunning);

    private void Respond(Func<DnsMessage, DnsMessage> respond)
    {
        byte[] buffer = new byte[DnsMessage.MaximumLength];
        SocketAddress from = new(AddressFamily.InterNetwork);
        while (true)
        {
            int received = _sockets.Udp.ReceiveFrom(buffer, SocketFlags.None, from);
            if (_stopping.IsCancellationRequested) return;
            if (DnsMessage.TryRead(buffer.AsSpan(0, received), out DnsMessage? request, out _)) _sockets.Udp.SendTo(respond(request).ToArray(), SocketFlags.None, from);
        }
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                serving.Add(AnswerAsync(await _sockets.Tcp.AcceptAsync(_stopping.Token)));
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
