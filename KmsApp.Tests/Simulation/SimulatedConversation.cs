using System.Net;
using System.Net.Sockets;
using Kms.Protocol;

namespace KmsApp.Tests.Simulation;

/// <summary>A conversation over UDP with one server, from a port of its own.</summary>
internal sealed class SimulatedConversation : IDnsConversation
{
    private readonly SimulatedNetwork _network;
    private readonly IPEndPoint _own;
    private readonly IPEndPoint _server;
    private readonly Action<byte[]> _sent;
    private readonly Action<byte[]> _heard;
    private readonly Queue<byte[]?> _arrived = new();
    private TaskCompletionSource? _waiting;

    /// <param name="network">The network.</param>
    /// <param name="own">Its own address and port.</param>
    /// <param name="server">The server, which alone is heard.</param>
    /// <param name="sent">Hears what is sent.</param>
    /// <param name="heard">Hears what arrives.</param>
    public SimulatedConversation(SimulatedNetwork network, IPEndPoint own, IPEndPoint server, Action<byte[]> sent, Action<byte[]> heard)
    {
        (_network, _own, _server, _sent, _heard) = (network, own, server, sent, heard);
        network.Bind(own, Arrive);
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        byte[] copy = packet.ToArray();
        _sent(copy);
        _network.Send(new Datagram(_own, _server, copy));
        return default;
    }

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_arrived.TryDequeue(out byte[]? packet))
            {
                if (packet is null) throw new SocketException((int)SocketError.ConnectionRefused);
                int length = Math.Min(packet.Length, buffer.Length);
                packet.AsSpan(0, length).CopyTo(buffer.Span);
                return length;
            }
            TaskCompletionSource waiting = _waiting = new();
            using CancellationTokenRegistration registration = cancellationToken.Register(() => waiting.TrySetResult());
            await waiting.Task.ConfigureAwait(false);
        }
    }

    public void Dispose() => _network.Unbind(_own);

    /// <summary>Takes a packet; null: the report that the port is unreachable.</summary>
    private void Arrive(Datagram? datagram)
    {
        if (datagram is not null && !datagram.From.Equals(_server)) return;
        if (datagram is not null) _heard(datagram.Packet);
        _arrived.Enqueue(datagram?.Packet);
        _waiting?.TrySetResult();
    }
}
