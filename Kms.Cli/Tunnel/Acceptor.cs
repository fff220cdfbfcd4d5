using System.Net;
using System.Net.Sockets;
using Kms.Client;

namespace Kms.Cli;

/// <summary>Accepts TCP connections, within the limits, and has each of them served.</summary>
internal sealed class Acceptor : IDisposable
{
    private readonly Socket _socket;
    private readonly TunnelLog _log;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _free = new(TunnelLimits.Connections), _freeToStart = new(TunnelLimits.Starting);

    /// <exception cref="ConfigurationException">Nobody can listen there.</exception>
    public Acceptor(IPEndPoint endpoint, TunnelLog log, TimeProvider time)
    {
        (_log, _time) = (log, time);
        _socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint.Address.Equals(IPAddress.IPv6Any)) _socket.DualMode = true;
            _socket.Bind(endpoint);
            _socket.Listen(TunnelLimits.Backlog);
        }
        catch (SocketException e)
        {
            _socket.Dispose();
            throw new ConfigurationException($"Cannot listen at {endpoint}: {e.Message}.");
        }
    }

    /// <summary>Serves one connection. The acceptor disposes of the socket.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="hasStarted">To be called when it is no longer starting.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public delegate Task Server(Socket socket, Action hasStarted, CancellationToken cancellationToken);

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Accepts until it is cancelled, and returns when no connection is left.</summary>
    public async Task RunAsync(Server server, CancellationToken cancellationToken)
    {
        while (await TakePlaceAsync(cancellationToken))
        {
            // ServeAsync runs up to its first wait here, and never throws.
            if (await AcceptAsync(cancellationToken) is { } socket) _ = ServeAsync(server, socket, cancellationToken);
            else LeavePlace();
        }
        _socket.Dispose();
        for (int i = 0; i < TunnelLimits.Connections; i++) await _free.WaitAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        _socket.Dispose();
        _free.Dispose();
        _freeToStart.Dispose();
    }

    /// <returns>False where it was cancelled.</returns>
    private async Task<bool> TakePlaceAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_free.CurrentCount == 0) _log.Note($"all {TunnelLimits.Connections} connections are in use; further ones wait until one ends");
            await _free.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        try
        {
            await _freeToStart.WaitAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            _free.Release();
            return false;
        }
    }

    private void LeavePlace()
    {
        _freeToStart.Release();
        _free.Release();
    }

    /// <returns>Null where there is none: it was cancelled, or the system refuses.</returns>
    private async Task<Socket?> AcceptAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _socket.AcceptAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (SocketException e)
        {
            // Such as too many open files: trying again at once would only burn time.
            _log.Note($"no connection can be accepted for {TunnelLimits.AcceptPause.TotalSeconds} s: {e.Message}");
            await Task.Delay(TunnelLimits.AcceptPause, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return null;
        }
    }

    private async Task ServeAsync(Server server, Socket socket, CancellationToken cancellationToken)
    {
        int starting = 1;
        void HasStarted()
        {
            if (Interlocked.Exchange(ref starting, 0) == 1) _freeToStart.Release();
        }

        try
        {
            TunnelSocket.Tune(socket);
            await server(socket, HasStarted, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The tunnel ends, and every connection with it.
        }
        catch (Exception e)
        {
            // One connection's trouble, such as a key table on a disk that is full, must not end the others.
            _log.Note($"a connection has failed: {e.Message.ReplaceLineEndings(" ")}");
        }
        finally
        {
            socket.Dispose();
            HasStarted();
            _free.Release();
        }
    }
}
