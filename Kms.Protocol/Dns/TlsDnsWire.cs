using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Kms.Protocol;

/// <summary>
/// The wire of DNS over TLS (RFC 7858), TLS 1.2 or 1.3: a connection for each request. Nothing leaves before the server has
/// proved who it is, and nothing ever leaves in the clear: there is no UDP here.
/// </summary>
/// <param name="server">Who the server must prove to be.</param>
/// <param name="roots">Whom to trust for certificates instead of the system's trust; for servers with a pin it does not matter.</param>
/// <param name="time">Measures how long a connection may take.</param>
public sealed class TlsDnsWire(TlsServer server, X509Certificate2Collection? roots = null, TimeProvider? time = null) : IDnsWire
{
    /// <summary>How long the TCP connection may take: the system sends its first packet twice in it. A dead address must leave time for the next one.</summary>
    public static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Does not exist here.</summary>
    /// <exception cref="SocketException">Always: trouble with the network, which an exchange takes as silence.</exception>
    public IDnsConversation OpenUdp(IPEndPoint server) => throw new SocketException((int)SocketError.ProtocolNotSupported);

    /// <inheritdoc/>
    /// <exception cref="IOException">The server is not who it must be, or there is no TLS with it; the message says why.</exception>
    public async Task<byte[]> AskTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(server);
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await ConnectAsync(socket, server, cancellationToken).ConfigureAwait(false);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: false));
        await using (stream.ConfigureAwait(false))
        {
            await AuthenticateAsync(stream, cancellationToken).ConfigureAwait(false);
            return await DnsStream.AskAsync(stream, packet, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ConnectAsync(Socket socket, IPEndPoint address, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(ConnectTime, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(address, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }

    private async Task AuthenticateAsync(SslStream stream, CancellationToken cancellationToken)
    {
        string? refused = null;
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = server.Name,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = NewPolicy(),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => (refused = server.Refuse(certificate as X509Certificate2, chain, errors)) is null,
            AllowRenegotiation = false,
            AllowTlsResume = false, // so that each connection is checked anew, and two of them cannot be told to be one host's
        };
        try
        {
            await stream.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
        }
        catch (AuthenticationException e)
        {
            throw new IOException(refused is null ? $"there is no TLS with it: {(e.InnerException ?? e).Message}" : $"it is not {server.Name}: {refused}", e);
        }
    }

    /// <summary>Nothing is fetched to check a certificate: that would tell others who is asked, and need the DNS that is only being asked.</summary>
    private X509ChainPolicy NewPolicy()
    {
        X509ChainPolicy policy = new() { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (roots is null) return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }
}
