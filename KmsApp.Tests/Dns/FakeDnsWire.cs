using System.Net;
using System.Net.Sockets;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>
/// A wire without a network. Notes what is sent and when, and lets the test answer: <see cref="OnUdp"/> and
/// <see cref="OnTcp"/> are called for every packet. Everything goes on inline, so that a test with <see cref="VirtualTime"/>
/// runs the same each time.
/// </summary>
internal sealed class FakeDnsWire(VirtualTime time) : IDnsWire
{
    /// <summary>What was sent, as <c>udp@300</c> or <c>tcp@900</c>, in milliseconds.</summary>
    internal List<string> Sent { get; } = [];

    /// <summary>The packets sent, in the same order.</summary>
    internal List<byte[]> Packets { get; } = [];

    internal int Open { get; private set; }

    /// <summary>The latest conversation over UDP.</summary>
    internal Conversation Udp { get; private set; } = null!;

    internal SocketException? UdpCannotOpen { get; set; }

    internal Action<Conversation, byte[]> OnUdp { get; set; } = (_, _) => { };

    /// <summary>Answers over TCP; by default the connection stays silent until it is cancelled.</summary>
    internal Func<byte[], CancellationToken, Task<byte[]>> OnTcp { get; set; } = Silent;

    public IDnsConversation OpenUdp(IPEndPoint server)
    {
        if (UdpCannotOpen is { } trouble) throw trouble;
        Open++;
        return Udp = new Conversation(this);
    }

    public async Task<byte[]> AskTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
    {
        Note("tcp", packet);
        Open++;
        try
        {
            return await OnTcp(packet.ToArray(), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Open--;
        }
    }

    internal static async Task<byte[]> Silent(byte[] packet, CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource<byte[]>();
        await using CancellationTokenRegistration registration = cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
        return await never.Task.ConfigureAwait(false);
    }

    private void Note(string transport, ReadOnlyMemory<byte> packet)
    {
        Sent.Add($"{transport}@{time.Elapsed.TotalMilliseconds}");
        Packets.Add(packet.ToArray());
    }

    internal sealed class Conversation(FakeDnsWire wire) : IDnsConversation
    {
        private readonly Queue<object> _arrived = new();
        private TaskCompletionSource? _waiting;

        /// <summary>How many of the next sends fail.</summary>
        internal int FailingSends { get; set; }

        /// <summary>How often a receive was begun.</summary>
        internal int Receives { get; private set; }

        public ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
        {
            if (FailingSends > 0)
            {
                FailingSends--;
                throw new SocketException((int)SocketError.ConnectionRefused);
            }

            wire.Note("udp", packet);
            wire.OnUdp(this, packet.ToArray());
            return ValueTask.CompletedTask;
        }

        public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            Receives++;
            if (_arrived.Count == 0)
            {
                var waiting = _waiting = new TaskCompletionSource();
                await using CancellationTokenRegistration registration =
                    cancellationToken.Register(() => waiting.TrySetCanceled(cancellationToken));
                await waiting.Task.ConfigureAwait(false);
            }

            if (_arrived.Dequeue() is not byte[] packet) throw new SocketException((int)SocketError.ConnectionRefused);
            packet.CopyTo(buffer);
            return packet.Length;
        }

        public void Dispose() => wire.Open--;

        internal void Deliver(DnsMessage message) => Deliver(message.ToArray());

        internal void Deliver(byte[] packet) => Arrive(packet);

        /// <summary>As if the server's machine had reported that nobody listens at the port.</summary>
        internal void ReportUnreachable() => Arrive(SocketError.ConnectionRefused);

        private void Arrive(object what)
        {
            _arrived.Enqueue(what);
            _waiting?.TrySetResult();
        }
    }
}
