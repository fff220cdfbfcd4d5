using System.Net;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>A wire on which somebody sits: before each genuine response over UDP, a forged one comes.</summary>
/// <param name="forge">Makes the forged response of the genuine one.</param>
internal sealed class InjectingWire(Func<DnsMessage, DnsMessage> forge) : IDnsWire
{
    private readonly SocketDnsWire _wire = new();

    public IDnsConversation OpenUdp(IPEndPoint server) => new Conversation(_wire.OpenUdp(server), forge);

    public Task<byte[]> AskTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken) =>
        _wire.AskTcpAsync(server, packet, cancellationToken);

    private sealed class Conversation(IDnsConversation inner, Func<DnsMessage, DnsMessage> forge) : IDnsConversation
    {
        private byte[]? _genuine;

        public ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken) => inner.SendAsync(packet, cancellationToken);

        public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            if (_genuine is { } waiting)
            {
                _genuine = null;
                waiting.CopyTo(buffer);
                return waiting.Length;
            }
            int length = await inner.ReceiveAsync(buffer, cancellationToken);
            if (!DnsMessage.TryRead(buffer.Span[..length], out DnsMessage? response, out _)) return length;
            _genuine = buffer[..length].ToArray();
            byte[] forged = forge(response).ToArray();
            forged.CopyTo(buffer);
            return forged.Length;
        }

        public void Dispose() => inner.Dispose();
    }
}
