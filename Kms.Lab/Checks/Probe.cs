using System.Net;
using System.Net.Sockets;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>Sends packets as they are, from one UDP socket or over TCP, and notes what comes back. Not safe for use from several threads at once.</summary>
internal sealed class Probe : IDisposable
{
    /// <summary>How long a packet that must be answered is waited for, before it is sent again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    /// <summary>How long is listened on after the last answer: what was sent before it would have been answered by then.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(60);

    private static readonly TimeSpan TcpPatience = TimeSpan.FromSeconds(30);

    private const int MaximumSends = 4;

    private readonly IPEndPoint _server;
    private readonly Socket _udp;

    public Probe(IPEndPoint server)
    {
        _server = server;
        _udp = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _udp.Connect(server);
    }

    /// <summary>The responses that have come over UDP, by ID.</summary>
    public Dictionary<ushort, ProbeResponse> Responses { get; } = [];

    /// <summary>Sends a packet over UDP and waits for nothing.</summary>
    public void Send(DnsMessage packet) => _udp.Send(packet.ToArray());

    /// <summary>Sends packets over UDP with their numbers, from 0 on, as IDs, and waits for nothing.</summary>
    /// <returns>The packets as they were sent.</returns>
    public IReadOnlyList<DnsMessage> SendAll(IReadOnlyList<DnsMessage> packets)
    {
        DnsMessage[] numbered = [.. packets.Select((packet, i) => packet with { Id = (ushort)i })];
        foreach (DnsMessage packet in numbered) Send(packet);
        return numbered;
    }

    /// <summary>Sends a packet over UDP until it is answered, four times at most.</summary>
    public async Task<ProbeResponse?> AskAsync(DnsMessage packet)
    {
        for (int i = 0; i < MaximumSends && !Responses.ContainsKey(packet.Id); i++)
        {
            Send(packet);
            await ListenAsync(Patience, until: packet.Id);
        }
        return Responses.GetValueOrDefault(packet.Id);
    }

    /// <summary>Listens on for what may still come.</summary>
    public Task ListenOnAsync() => ListenAsync(Linger, until: null);

    /// <summary>Sends a packet over a TCP connection of its own.</summary>
    /// <returns>The response; null where the server closes the connection without one, or waits too long.</returns>
    public async Task<ProbeResponse?> AskTcpAsync(DnsMessage packet)
    {
        using CancellationTokenSource patience = new(TcpPatience);
        try
        {
            byte[] response = await new SocketDnsWire().AskTcpAsync(_server, packet.ToArray(), patience.Token);
            return DnsMessage.TryRead(response, out DnsMessage? message, out _) ? new(message, response) : null;
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose() => _udp.Dispose();

    private async Task ListenAsync(TimeSpan time, ushort? until)
    {
        byte[] buffer = new byte[ushort.MaxValue];
        using CancellationTokenSource end = new(time);
        try
        {
            while (until is not { } id || !Responses.ContainsKey(id))
            {
                int length = await _udp.ReceiveAsync(buffer, SocketFlags.None, end.Token);
                if (DnsMessage.TryRead(buffer.AsSpan(0, length), out DnsMessage? message, out _)) Responses[message.Id] = new(message, buffer[..length]);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
