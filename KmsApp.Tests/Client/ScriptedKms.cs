using System.Net;
using System.Net.Sockets;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>
/// A KMS without a network: notes every inquiry and answers as the test says, at once or later in virtual time. Over TCP the first
/// response counts; without one the connection stays silent.
/// </summary>
internal sealed class ScriptedKms(VirtualTime time) : IDnsWire
{
    internal List<ReceivedInquiry> Received { get; } = [];

    /// <summary>Responses with their delays. Silence by default.</summary>
    internal Func<ReceivedInquiry, IEnumerable<(TimeSpan Delay, DnsMessage Response)>> Script { get; set; } = _ => [];

    /// <summary>Answers every inquiry at once.</summary>
    internal void Answer(Func<ReceivedInquiry, DnsMessage?> answer) =>
        Script = received => answer(received) is { } response ? [(TimeSpan.Zero, response)] : [];

    public IDnsConversation OpenUdp(IPEndPoint server) => new Conversation(this, server);

    public async Task<byte[]> AskTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
    {
        var answered = new TaskCompletionSource<byte[]>();
        foreach ((TimeSpan delay, DnsMessage response) in Receive(server, DnsTransport.Tcp, packet).Take(1))
            After(delay, () => answered.TrySetResult(response.ToArray()));
        await using CancellationTokenRegistration registration = cancellationToken.Register(() => answered.TrySetCanceled(cancellationToken));
        return await answered.Task.ConfigureAwait(false);
    }

    private IEnumerable<(TimeSpan Delay, DnsMessage Response)> Receive(IPEndPoint server, DnsTransport transport, ReadOnlyMemory<byte> packet)
    {
        Assert.IsTrue(DnsMessage.TryRead(packet.Span, out DnsMessage? message, out _));
        Assert.HasCount(1, KmsPacket.Texts(message.Additionals));
        Assert.IsTrue(MessageText.TryParse(KmsPacket.Texts(message.Additionals)[0], out MessageText? text, out _));
        ReceivedInquiry received = new(time.Elapsed, server, transport, message, text);
        Received.Add(received);
        return Script(received);
    }

    private void After(TimeSpan delay, Action action)
    {
        if (delay == TimeSpan.Zero) action();
        else time.CreateTimer(_ => action(), null, delay, Timeout.InfiniteTimeSpan);
    }

    private sealed class Conversation(ScriptedKms kms, IPEndPoint server) : IDnsConversation
    {
        private readonly Queue<byte[]> _arrived = new();
        private TaskCompletionSource? _waiting;

        public ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
        {
            foreach ((TimeSpan delay, DnsMessage response) in kms.Receive(server, DnsTransport.Udp, packet))
                kms.After(delay, () => Arrive(response.ToArray()));
            return ValueTask.CompletedTask;
        }

        public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            if (_arrived.Count == 0)
            {
                var waiting = _waiting = new TaskCompletionSource();
                await using CancellationTokenRegistration registration =
                    cancellationToken.Register(() => waiting.TrySetCanceled(cancellationToken));
                await waiting.Task.ConfigureAwait(false);
            }
            byte[] packet = _arrived.Dequeue();
            if (packet.Length > buffer.Length) throw new SocketException((int)SocketError.MessageSize);
            packet.CopyTo(buffer);
            return packet.Length;
        }

        public void Dispose() { }

        private void Arrive(byte[] packet)
        {
            _arrived.Enqueue(packet);
            _waiting?.TrySetResult();
        }
    }
}
