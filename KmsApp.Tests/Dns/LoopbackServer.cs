using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace KmsApp.Tests;

/// <summary>
/// A UDP and a TCP port with the same number on loopback, answered by the test. An answer of null is silence over UDP and
/// a closed connection over TCP.
/// </summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;
    private int _udpRequests;
    private int _tcpRequests;

    internal LoopbackServer(
        Func<byte[], IEnumerable<byte[]>> onUdp, Func<byte[], byte[]?> onTcp, IPAddress? address = null)
    {
        address ??= IPAddress.Loopback;
        (_udp, _tcp) = Bind(address);
        _serving = Task.WhenAll(ServeUdpAsync(onUdp), ServeTcpAsync(onTcp));
    }

    internal IPEndPoint Address => (IPEndPoint)_udp.LocalEndPoint!;

    internal int UdpRequests => Volatile.Read(ref _udpRequests);

    internal int TcpRequests => Volatile.Read(ref _tcpRequests);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _udp.Dispose();
        _tcp.Dispose();
        _stop.Dispose();
    }

    internal static (Socket Udp, Socket Tcp) Bind(IPAddress address)
    {
        for (int attempt = 0; ; attempt++)
        {
            var tcp = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            var udp = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                tcp.Bind(new IPEndPoint(address, 0));
                udp.Bind(tcp.LocalEndPoint!);
                tcp.Listen();
                return (udp, tcp);
            }
            catch (SocketException) when (attempt < 20)
            {
                // Another test has the UDP port of that number.
                tcp.Dispose();
                udp.Dispose();
            }
        }
    }

    private async Task ServeUdpAsync(Func<byte[], IEnumerable<byte[]>> onUdp)
    {
        byte[] buffer = new byte[65535];
        var anyone = new IPEndPoint(_udp.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        try
        {
            while (true)
            {
                SocketReceiveFromResult got = await _udp.ReceiveFromAsync(buffer, SocketFlags.None, anyone, _stop.Token);
                Interlocked.Increment(ref _udpRequests);
                foreach (byte[] answer in onUdp(buffer[..got.ReceivedBytes]))
                    await _udp.SendToAsync(answer, SocketFlags.None, got.RemoteEndPoint, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeTcpAsync(Func<byte[], byte[]?> onTcp)
    {
        while (true)
        {
            try
            {
                using Socket client = await _tcp.AcceptAsync(_stop.Token);
                await AnswerAsync(client, onTcp);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (IOException)
            {
                // The client has gone; the next one may come.
            }
        }
    }

    private async Task AnswerAsync(Socket client, Func<byte[], byte[]?> onTcp)
    {
        await using var stream = new NetworkStream(client);
        byte[] length = new byte[2];
        await stream.ReadExactlyAsync(length, _stop.Token);
        byte[] packet = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(packet, _stop.Token);
        Interlocked.Increment(ref _tcpRequests);
        if (onTcp(packet) is not { } answer) return;
        // In pieces: a reader must not take a part for the whole.
        client.NoDelay = true;
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
        await stream.WriteAsync(length.AsMemory(0, 1), _stop.Token);
        await stream.WriteAsync(length.AsMemory(1), _stop.Token);
        await stream.WriteAsync(answer.AsMemory(0, 5), _stop.Token);
        await stream.WriteAsync(answer.AsMemory(5), _stop.Token);
    }
}
