using System.Net;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>A wire that sends all over TCP: over UDP it answers at once that TCP be used.</summary>
internal sealed class StreamWire : IDnsWire
{
    private const int FlagsAt = 2;
    private const byte Response = 0x80;
    private const byte Truncated = 0x02;

    /// <summary>How many requests went over TCP.</summary>
    internal int Requests { get; private set; }

    public IDnsConversation OpenUdp(IPEndPoint server) => new Reflection();

    public Task<byte[]> AskTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
    {
        Requests++;
        return new SocketDnsWire().AskTcpAsync(server, packet, cancellationToken);
    }

    private sealed class Reflection : IDnsConversation
    {
        private readonly TaskCompletionSource<byte[]> _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _isTold;

        public ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
        {
            DnsMessage.TryRead(packet.Span, out DnsMessage? request, out _);
            byte[] response = (request! with { Additionals = [] }).ToArray();
            response[FlagsAt] |= Response | Truncated;
            _sent.TrySetResult(response);
            return ValueTask.CompletedTask;
        }

        public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            byte[] response = await _sent.Task.WaitAsync(cancellationToken);
            if (_isTold) await Task.Delay(Timeout.Infinite, cancellationToken);
            _isTold = true;
            response.CopyTo(buffer);
            return response.Length;
        }

        public void Dispose()
        {
        }
    }
}
