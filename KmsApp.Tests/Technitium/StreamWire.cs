using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>A wire that sends all over TCP or TLS: over UDP it answers at once that TCP be used.</summary>
/// <param name="certificate">The server's certificate; null: TCP without TLS.</param>
/// <param name="tls">Where the server speaks TLS.</param>
internal sealed class StreamWire(X509Certificate2? certificate = null, IPEndPoint? tls = null) : IDnsWire
{
    private const int FlagsAt = 2;
    private const byte Response = 0x80;
    private const byte Truncated = 0x02;

    /// <summary>How many requests went over the stream.</summary>
    internal int Requests { get; private set; }

    public IDnsConversation OpenUdp(IPEndPoint server) => new Reflection();

    public async Task<byte[]> AskTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
    {
        Requests++;
        using var client = new TcpClient(server.AddressFamily);
        await client.ConnectAsync(tls ?? server, cancellationToken);
        if (certificate is null) return await RawDns.AskAsync(client.GetStream(), packet);
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "dot.test", RemoteCertificateValidationCallback = (_, theirs, _, _) => theirs!.GetCertHashString() == certificate.GetCertHashString() },
            cancellationToken);
        return await RawDns.AskAsync(stream, packet);
    }

    private sealed class Reflection : IDnsConversation
    {
        private readonly TaskCompletionSource<byte[]> _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private bool _isTold;

        public ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
        {
            DnsMessage.TryRead(packet.Span, out DnsMessage? request, out _);
            byte[] response = (request! with { Additionals = [] }).ToArray();
            response[FlagsAt] |= Response | Truncated;
            _sent.TrySetResult(response);
            return ValueTask.CompletedTask;
        }

        public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            byte[] response = await _sent.Task.WaitAsync(cancellationToken);
            if (_isTold) await Task.Delay(Timeout.Infinite, cancellationToken);
            _isTold = true;
            response.CopyTo(buffer);
            return response.Length;
        }

        public void Dispose()
        {
        }
    }
}
