using System.Net;
using Kms.Protocol;

namespace KmsApp.Tests.Cli;

/// <summary>The real wire with somebody between who changes each response, and tells when there was one.</summary>
/// <param name="change">What becomes of a response.</param>
internal sealed class ChangedWire(Func<byte[], byte[]> change) : IDnsWire
{
    private readonly SocketDnsWire _wire = new();
    private readonly TaskCompletionSource _overUdp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _overTcp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The first response over UDP.</summary>
    internal Task OverUdp => _overUdp.Task;

    /// <summary>The first response over TCP.</summary>
    internal Task OverTcp => _overTcp.Task;

    public IDnsConversation OpenUdp(IPEndPoint server) => new Conversation(_wire.OpenUdp(server), response => Change(response, _overUdp));

    public async Task<byte[]> AskTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken) =>
        Change(await _wire.AskTcpAsync(server, packet, cancellationToken), _overTcp);

    private byte[] Change(byte[] response, TaskCompletionSource told)
    {
        told.TrySetResult();
        return change(response);
    }

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
