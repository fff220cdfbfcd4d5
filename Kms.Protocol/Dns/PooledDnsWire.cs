using System.Net;
using System.Net.Sockets;

namespace Kms.Protocol;

/// <summary>
/// The wire of a server that asks the same few others again and again. All conversations with one of them share a connected
/// UDP socket, so that packets from elsewhere are not even received, and only so many TCP connections to it are open at once: a
/// neighbour that is silent costs no more sockets than one that answers.
/// </summary>
/// <remarks>
/// The port stays the same for as long as there is something to say. Whoever guesses it and an ID can forge a response, but
/// none that an exchange between servers takes: it must bear the digest of the request.
/// </remarks>
public sealed class PooledDnsWire : IDnsWire, IDisposable
{
    /// <summary>The most TCP connections to one server; who comes later waits.</summary>
    public const int ConnectionsToServer = 64;

    /// <summary>The most servers to which a socket stays open that nobody uses: some are named by others, who may name many.</summary>
    public const int MostIdle = 256;

    /// <summary>How long a socket that nobody uses stays open, at least; at most twice as long.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    /// <summary>A connection that failed keeps its place for so long: a server that closes every one is not tried thousands of times a second.</summary>
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromMilliseconds(250);

    private readonly SocketDnsWire _sockets = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<IPEndPoint, Destination> _destinations = [];
    private readonly TimeProvider _time;
    private readonly ITimer _sweeper;
    private readonly CancellationTokenSource _ending = new();
    private readonly CancellationToken _ended;
    private bool _disposed;

    /// <summary>Makes a wire without sockets.</summary>
    /// <param name="time">Tells which sockets are idle.</param>
    public PooledDnsWire(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _ended = _ending.Token;
        _sweeper = time.CreateTimer(_ => Sweep(), null, Idle, Idle);
    }

    /// <summary>The number of servers to which a socket is open.</summary>
    public int Count
    {
        get { lock (_lock) return _destinations.Count; }
    }

    /// <inheritdoc/>
    public IDnsConversation OpenUdp(IPEndPoint server)
    {
        Destination destination = Use(server);
        try
        {
            return new Conversation(this, destination, destination.OpenUdp(_time, _ended));
        }
        catch
        {
            Leave(destination);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<byte[]> AskTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
    {
        Destination destination = Use(server);
        if (!await destination.Connections.EnterAsync(cancellationToken).ConfigureAwait(false))
        {
            Leave(destination);
            return [];
        }
        TimeSpan rest = TimeSpan.Zero;
        try
        {
            return await _sockets.AskTcpAsync(server, packet, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException)
        {
            rest = RestAfterFailure;
            throw;
        }
        finally
        {
            _ = GiveBackAsync(destination, rest);
        }
    }

    /// <summary>Closes every UDP socket. Conversations that are under way hear nothing more.</summary>
    public void Dispose()
    {
        Destination[] left;
        lock (_lock)
        {
            if (_disposed) return;
            _disposed = true;
            left = [.. _destinations.Values];
            _destinations.Clear();
        }
        _sweeper.Dispose();
        _ending.Cancel();
        foreach (Destination destination in left) destination.Dispose();
        _ending.Dispose();
    }

    private Destination Use(IPEndPoint server)
    {
        ArgumentNullException.ThrowIfNull(server);
        lock (_lock)
        {
            if (_disposed) throw new SocketException((int)SocketError.Shutdown); // as if the network were gone
            if (!_destinations.TryGetValue(server, out Destination? destination)) _destinations.Add(server, destination = new Destination(server));
            destination.Users++;
            destination.WasUsed = true;
            return destination;
        }
    }

    private async Task GiveBackAsync(Destination destination, TimeSpan rest)
    {
        if (rest > TimeSpan.Zero) await Task.Delay(rest, _time, _ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        destination.Connections.Leave();
        Leave(destination);
    }

    private void Leave(Destination destination)
    {
        lock (_lock)
        {
            if (--destination.Users > 0 || _destinations.Count <= MostIdle) return;
            _destinations.Remove(destination.Server);
        }
        destination.Dispose();
    }

    private void Sweep()
    {
        List<Destination> idle = [];
        lock (_lock)
        {
            foreach ((IPEndPoint server, Destination destination) in _destinations)
            {
                if (destination is { Users: 0, WasUsed: false })
                {
                    idle.Add(destination);
                    _destinations.Remove(server);
                }
                destination.WasUsed = destination.Users > 0;
            }
        }
        foreach (Destination destination in idle) destination.Dispose();
    }

    /// <summary>What is open to one server. The counts are the wire's, under its lock.</summary>
    private sealed class Destination(IPEndPoint server) : IDisposable
    {
        private readonly Lock _lock = new();
        private SharedUdpSocket? _udp;

        public IPEndPoint Server => server;

        public int Users { get; set; }

        /// <summary>Whether somebody used it since the last sweep.</summary>
        public bool WasUsed { get; set; }

        public Gate Connections { get; } = new(ConnectionsToServer);

        public SharedUdpSocket OpenUdp(TimeProvider time, CancellationToken ending)
        {
            lock (_lock) return _udp ??= new SharedUdpSocket(server, time, ending);
        }

        public void Dispose()
        {
            lock (_lock) _udp?.Dispose();
        }
    }

    private sealed class Conversation(PooledDnsWire wire, Destination destination, SharedUdpSocket socket) : IDnsConversation
    {
        private readonly Mailbox _mailbox = new();
        private ushort? _id;

        public ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
        {
            // An exchange sends one packet, again and again.
            if (_id is null) socket.Add((_id = SharedUdpSocket.IdOf(packet.Span)).Value, _mailbox);
            return socket.SendAsync(packet, cancellationToken);
        }

        public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _mailbox.TakeAsync(buffer, cancellationToken);

        public void Dispose()
        {
            if (_id is { } id) socket.Remove(id, _mailbox);
            wire.Leave(destination);
        }
    }
}
