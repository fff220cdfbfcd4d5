using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace KmsApp.Tests;

/// <summary>Packets to a server and back, as they are.</summary>
internal static class RawDns
{
    private const int LongestUdp = 4096;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>One packet over UDP, sent once.</summary>
    /// <exception cref="OperationCanceledException">No answer came.</exception>
    internal static async Task<byte[]> AskUdpAsync(IPEndPoint server, ReadOnlyMemory<byte> packet, TimeSpan? patience = null)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        using var over = new CancellationTokenSource(patience ?? Patience);
        await socket.ConnectAsync(server, over.Token);
        await socket.SendAsync(packet, SocketFlags.None, over.Token);
        byte[] buffer = new byte[LongestUdp];
        int length = await socket.ReceiveAsync(buffer, SocketFlags.None, over.Token);
        return buffer[..length];
    }

    /// <summary>One packet over TCP.</summary>
    internal static async Task<byte[]> AskTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> packet)
    {
        using var client = new TcpClient(server.AddressFamily);
        await client.ConnectAsync(server);
        return await AskAsync(client.GetStream(), packet);
    }

    /// <summary>A packet with its length before it.</summary>
    internal static byte[] Framed(ReadOnlySpan<byte> packet)
    {
        byte[] framed = new byte[sizeof(ushort) + packet.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)packet.Length);
        packet.CopyTo(framed.AsSpan(sizeof(ushort)));
        return framed;
    }

    /// <summary>One packet over a stream that is there.</summary>
    internal static async Task<byte[]> AskAsync(Stream stream, ReadOnlyMemory<byte> packet)
    {
        using var over = new CancellationTokenSource(Patience);
        byte[] framed = Framed(packet.Span);
        await stream.WriteAsync(framed, over.Token);
        await stream.ReadExactlyAsync(framed.AsMemory(0, 2), over.Token);
        byte[] response = new byte[BinaryPrimitives.ReadUInt16BigEndian(framed)];
        await stream.ReadExactlyAsync(response, over.Token);
        return response;
    }

    /// <summary>Whether somebody listens there over TCP.</summary>
    internal static async Task<bool> IsOpenAsync(IPEndPoint endpoint)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(endpoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
