using System.Net;
using Kms.Protocol;

namespace KmsApp.Tests.Cli;

/// <summary>The real wire with somebody between who changes each response.</summary>
/// <param name="change">What becomes of a response.</param>
internal sealed class ChangedWire(Func<byte[], byte[]> change) : IDnsWire
{
    private readonly SocketDnsWire _wire = new();

    public IDnsConversation OpenUdp(IPEndPoint server) => new Conversation(_wire.OpenUdp(server), change);

    public async Task<byte[]> AskTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken) =>
        change(await _wire.AskTcpAsync(server, packet, cancellationToken));

    private sealed class Conversation(IDnsConversation conversation, Func<byte[], byte[]> change) : IDnsConversation
    {
        public ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken) => conversation.SendAsync(packet, cancellationToken);

        public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            int length = await conversation.ReceiveAsync(buffer, cancellationToken);
            byte[] changed = change(buffer[..length].ToArray());
            changed.CopyTo(buffer);
            return changed.Length;
        }

        public void Dispose() => conversation.Dispose();
    }
}
