using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Kms.Protocol;
using TechnitiumLibrary.Net.Dns;

namespace Kms.Lab;

/// <summary>
/// A small real DNS server, UDP and TCP on one endpoint, with zones and, if one is installed, an app that it drives as the
/// host does.
/// </summary>
internal sealed class LabServer : IAsyncDisposable
{
    private const int HeaderLength = 12;
    private const int LeastUdpSize = 512;

    /// <summary>The host closes a TCP connection so long after its last read, with a hook pending too.</summary>
    private static readonly TimeSpan TcpIdle = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan EndOfWork = TimeSpan.FromSeconds(30);

    private readonly BoundSockets _sockets;
    private readonly Tap _tap;
    private readonly RequestPipeline _pipeline;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _underWay = [];
    private HostedApp? _app;
    private HostForApp? _host;

    /// <summary>Makes a server that does not listen yet. It owns the sockets.</summary>
    public LabServer(string name, BoundSockets sockets, Zones zones, Tap tap)
    {
        (Name, _sockets, Zones, _tap) = (name, sockets, zones, tap);
        Endpoint = sockets.Endpoint;
        _pipeline = new RequestPipeline(zones, Log);
    }

    /// <summary>Its name in reports: that of its KMS.</summary>
    public string Name { get; }

    public IPEndPoint Endpoint { get; }

    public Zones Zones { get; }

    public ServerLog Log { get; } = new();

    /// <summary>The installed app, or null.</summary>
    public HostedApp? App => _app;

    /// <summary>Loses packets on the way to this server, for those it is true for. Null: all arrive.</summary>
    public Func<TapPacket, bool>? Loses { get; set; }

    /// <summary>Installs an app from its zip and configures it, before the server listens, as at the host's start.</summary>
    /// <param name="zip">The zip.</param>
    /// <param name="folder">The app's folder, which is made.</param>
    /// <param name="prepare">Puts files into the folder before the app sees it.</param>
    /// <param name="configuration">The text of dnsApp.config.</param>
    /// <param name="time">The clock that the app is given.</param>
    public async Task InstallAsync(string zip, string folder, Action<string> prepare, string configuration, TimeProvider time)
    {
        _app = HostedApp.Install(zip, folder);
        prepare(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "dnsApp.config"), configuration);
        _host = new HostForApp(Name, folder, _pipeline, Log, time);
        await _app.InitializeAsync(_host, configuration);
        _pipeline.App = _app;
    }

    /// <summary>Gives the installed app another configuration while the server runs.</summary>
    public Task ConfigureAsync(string configuration) => _app!.InitializeAsync(_host!, configuration);

    /// <summary>Begins to listen.</summary>
    public void Start()
    {
        Track(ReceiveUdpAsync());
        Track(AcceptTcpAsync());
    }

    /// <summary>Ends everything: no socket, task, or loaded app is left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _sockets.Dispose();
        _app?.Dispose();
        Task[] left;
        lock (_gate) left = [.. _underWay];
        await Task.WhenAll(left).WaitAsync(EndOfWork);
        _pipeline.App = null;
        _app = null;
        _stopping.Dispose();
    }

    private async Task ReceiveUdpAsync()
    {
        byte[] buffer = new byte[ushort.MaxValue];
        IPEndPoint anyone = new(IPAddress.Any, 0);
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult got = await _sockets.Udp.ReceiveFromAsync(buffer, SocketFlags.None, anyone, _stopping.Token);

                // Not awaited: hooks run on this loop up to their first await, as in the host.
                Track(AnswerUdpAsync(buffer[..got.ReceivedBytes], (IPEndPoint)got.RemoteEndPoint));
            }
            catch (SocketException) when (!_stopping.IsCancellationRequested)
            {
                // The report that an earlier response found nobody (Windows).
            }
            catch (Exception e) when (IsTheEnd(e))
            {
                return;
            }
        }
    }

    private async Task AnswerUdpAsync(byte[] packet, IPEndPoint remote)
    {
        try
        {
            if (!IsHeard(packet, remote, DnsTransport.Udp, out TapPacket? heard)) return;
            if (await _pipeline.ProcessAsync(packet, remote, DnsTransportProtocol.Udp) is not { } response) return;
            byte[] bytes = WithinUdp(packet, response);
            heard?.Respond(bytes);
            await _sockets.Udp.SendToAsync(bytes, SocketFlags.None, remote, _stopping.Token);
        }
        catch (Exception e) when (e is SocketException || IsTheEnd(e))
        {
        }
        catch (Exception e)
        {
            Log.AddFault(e);
        }
    }

    private async Task AcceptTcpAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Track(ServeAsync(await _sockets.Tcp.AcceptAsync(_stopping.Token)));
            }
            catch (SocketException) when (!_stopping.IsCancellationRequested)
            {
            }
            catch (Exception e) when (IsTheEnd(e))
            {
                return;
            }
        }
    }

    /// <summary>A TCP connection: packets are answered as they get ready; a dropped one closes it.</summary>
    private async Task ServeAsync(Socket socket)
    {
        using CancellationTokenSource closing = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        using SemaphoreSlim writing = new(1);
        List<Task> answers = [];
        await using NetworkStream stream = new(socket, ownsSocket: true);
        socket.NoDelay = true;
        try
        {
            byte[] prefix = new byte[2];
            while (true)
            {
                closing.CancelAfter(TcpIdle);
                await stream.ReadExactlyAsync(prefix, closing.Token);
                byte[] packet = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
                await stream.ReadExactlyAsync(packet, closing.Token);
                answers.Add(AnswerTcpAsync(packet, (IPEndPoint)socket.RemoteEndPoint!, stream, writing, closing));
            }
        }
        catch (Exception e) when (e is IOException or SocketException || IsTheEnd(e) || closing.IsCancellationRequested)
        {
            // Closed by either side. Whoever sent and does not read on still gets what is under way.
        }
        await Task.WhenAll(answers);
    }

    private async Task AnswerTcpAsync(byte[] packet, IPEndPoint remote, NetworkStream stream, SemaphoreSlim writing, CancellationTokenSource closing)
    {
        await Task.Yield();
        try
        {
            bool isHeard = IsHeard(packet, remote, DnsTransport.Tcp, out TapPacket? heard);
            DnsMessage? response = isHeard ? await _pipeline.ProcessAsync(packet, remote, DnsTransportProtocol.Tcp) : null;
            if (response is null)
            {
                await closing.CancelAsync();
                return;
            }
            byte[] bytes = response.ToArray(DnsMessage.MaximumLength);
            heard?.Respond(bytes);
            byte[] framed = [(byte)(bytes.Length >> 8), (byte)(bytes.Length & 0xFF), .. bytes];
            await writing.WaitAsync(closing.Token);
            await stream.WriteAsync(framed, closing.Token);
            writing.Release();
        }
        catch (Exception e) when (e is IOException or SocketException || IsTheEnd(e) || closing.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            Log.AddFault(e);
        }
    }

    /// <summary>Notes a packet, unless it is too short to be one.</summary>
    /// <returns>False where it is not to be looked at.</returns>
    private bool IsHeard(byte[] packet, IPEndPoint remote, DnsTransport transport, out TapPacket? heard)
    {
        heard = null;
        if (packet.Length < HeaderLength) return false;
        if (!_tap.IsOn) return true;
        heard = new TapPacket(Name, remote, transport, packet, IsLost: false);
        if (Loses?.Invoke(heard) == true) heard = heard with { IsLost = true };
        _tap.Add(heard);
        return !heard.IsLost;
    }

    /// <summary>What is too big becomes TC, with the same header and question, and a fresh OPT without options.</summary>
    private static byte[] WithinUdp(byte[] request, DnsMessage response)
    {
        int offered = DnsMessage.TryRead(request, out DnsMessage? message, out _) && message.Edns is { } edns ? edns.UdpPayloadSize : LeastUdpSize;
        int limit = Math.Clamp(offered, LeastUdpSize, Spec.UdpPayloadSize);
        byte[] bytes = response.ToArray();
        if (bytes.Length <= limit) return bytes;
        Edns? fresh = response.Edns is null ? null : new Edns { DnssecOk = response.Edns.DnssecOk };
        return (response with { Truncated = true, Answers = [], Authorities = [], Additionals = [], Edns = fresh }).ToArray(limit);
    }

    private void Track(Task task)
    {
        lock (_gate) _underWay.Add(task);
        task.ContinueWith(
            ended =>
            {
                lock (_gate) _underWay.Remove(ended);
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private bool IsTheEnd(Exception e) => e is OperationCanceledException or ObjectDisposedException or SocketException && _stopping.IsCancellationRequested;
}
