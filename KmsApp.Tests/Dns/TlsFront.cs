using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace KmsApp.Tests;

/// <summary>
/// A TLS server before a DNS server: takes packets off the stream, lets the test answer them, and counts. The UDP port of
/// the same number is listened to only to see that nothing comes in the clear.
/// </summary>
internal sealed class TlsFront : IAsyncDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly Func<byte[], Task<byte[]?>> _answer;
    private readonly SslProtocols _protocols;
    private readonly Socket _tcp;
    private readonly Socket _udp;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly Task _accepting;
    private int _connections;
    private int _requests;

    /// <param name="certificate">What it shows.</param>
    /// <param name="answer">Answers a packet; null closes the connection.</param>
    /// <param name="address">127.0.0.1 by default.</param>
    /// <param name="protocols">The versions of TLS that it has.</param>
    internal TlsFront(X509Certificate2 certificate, Func<byte[], Task<byte[]?>> answer, IPAddress? address = null, SslProtocols protocols = SslProtocols.None)
    {
        (_certificate, _answer, _protocols) = (certificate, answer, protocols);
        (_udp, _tcp) = LoopbackServer.Bind(address ?? IPAddress.Loopback);
        _accepting = AcceptAsync();
    }

    /// <summary>One that passes everything on to a DNS server over TCP.</summary>
    internal TlsFront(X509Certificate2 certificate, IPEndPoint server, IPAddress? address = null)
        : this(certificate, async packet => await RawDns.AskTcpAsync(server, packet), address)
    {
    }

    internal IPEndPoint Address => (IPEndPoint)_tcp.LocalEndPoint!;

    internal int Connections => Volatile.Read(ref _connections);

    /// <summary>How many packets came inside TLS.</summary>
    internal int Requests => Volatile.Read(ref _requests);

    /// <summary>The versions of TLS that were agreed on.</summary>
    internal ConcurrentBag<SslProtocols> Agreed { get; } = [];

    /// <summary>The names that clients have asked for.</summary>
    internal ConcurrentBag<string> Names { get; } = [];

    /// <summary>Whether a packet lies in the UDP port.</summary>
    internal bool HasHeardUdp => _udp.Available > 0;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        await Task.WhenAll(_serving);
        _tcp.Dispose();
        _udp.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _tcp.AcceptAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _serving.Add(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(Socket client)
    {
        try
        {
            await using SslStream stream = new(new NetworkStream(client, ownsSocket: true));
            await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate, EnabledSslProtocols = _protocols }, _stop.Token);
            Agreed.Add(stream.SslProtocol);
            Names.Add(stream.TargetHostName);
            byte[] length = new byte[2];
            while (true)
            {
                await stream.ReadExactlyAsync(length, _stop.Token);
                byte[] packet = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(packet, _stop.Token);
                Interlocked.Increment(ref _requests);
                if (await _answer(packet).WaitAsync(_stop.Token) is not { } response) return;
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)response.Length);
                await stream.WriteAsync(length, _stop.Token);
                await stream.WriteAsync(response, _stop.Token);
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException or SocketException)
        {
            // The client has gone, or wants no TLS with us.
        }
    }
}
