using System.Net.Sockets;

namespace Kms.Cli;

/// <summary>The plain end of a connection: the program that uses the tunnel, or the service behind it.</summary>
internal sealed class TcpEnd(Socket socket) : ITunnelEnd, IDisposable
{
    private readonly NetworkStream _stream = new(socket, ownsSocket: false);

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _stream.ReadAsync(buffer, cancellationToken);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => _stream.WriteAsync(data, cancellationToken);

    public Task EndWritingAsync()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException e)
        {
            return Task.FromException(new IOException(e.Message, e));
        }
        return Task.CompletedTask;
    }

    public void Dispose() => _stream.Dispose();
}
