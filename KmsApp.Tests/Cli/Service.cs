using System.Net;
using System.Net.Sockets;

namespace KmsApp.Tests.Cli;

/// <summary>A TCP service that a tunnel leads to.</summary>
internal sealed class Service : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _running;
    private int _connections;
    private long _received;

    private Service(Func<Service, NetworkStream, CancellationToken, Task> serve)
    {
        _listener.Start();
        _running = RunAsync(serve);
    }

    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>How many have reached it.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>How many bytes an echo has received.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>How the connection that was cut last was cut; null: none was.</summary>
    public Exception? LastFailure { get; private set; }

    /// <summary>A service that reads until its client ends, and only then sends everything back.</summary>
    public static Service Echo() => new(async (service, stream, cancellationToken) =>
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[BufferSize];
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and int read)
        {
            all.Write(buffer, 0, read);
            Interlocked.Add(ref service._received, read);
        }
        all.Position = 0;
        await all.CopyToAsync(stream, cancellationToken);
    });

    /// <summary>A web server.</summary>
    public static Service Web(byte[] content) => new(async (_, stream, cancellationToken) =>
    {
        using StreamReader reader = new(stream, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 })
        {
            // The head of the request.
        }
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\nConnection: close\r\n\r\n"), cancellationToken);
        await stream.WriteAsync(content, cancellationToken);
    });

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _running;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task RunAsync(Func<Service, NetworkStream, CancellationToken, Task> serve)
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                Interlocked.Increment(ref _connections);
                await serve(this, client.GetStream(), _end.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                LastFailure = e;
            }
        }
    }
}
