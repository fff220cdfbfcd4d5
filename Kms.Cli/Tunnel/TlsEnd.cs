using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>
/// The secured end of a connection: TLS 1.3, both sides with a certificate. The handshake proves that the other side has the private key of
/// the certificate that it shows, and that it names itself as the certificate does; whose key that is, the KMS says.
/// </summary>
internal sealed class TlsEnd : ITunnelEnd, IDisposable
{
    private readonly EndWatchStream _wire;
    private readonly SslStream _tls;
    private bool _shownNothing, _hasReceived, _hasEnded;

    public TlsEnd(Socket socket)
    {
        _wire = new EndWatchStream(new NetworkStream(socket, ownsSocket: false));
        _tls = new SslStream(_wire, leaveInnerStreamOpen: false);
    }

    /// <summary>The name that the other side claims; none until a handshake went well.</summary>
    public DomainName Name { get; private set; }

    /// <summary>The key that the other side has shown and proven to have; null until a handshake went well.</summary>
    public Protocol.PublicKey? Key { get; private set; }

    /// <summary>Whether the other side, or somebody on the way, cut the connection before it had sent anything after the handshake.</summary>
    public bool IsCutAtOnce { get; private set; }

    /// <summary>A certificate as the handshake sends it: alone, and without asking the network for others.</summary>
    public static SslStreamCertificateContext ToShow(X509Certificate2 certificate) => SslStreamCertificateContext.Create(certificate, null, offline: true);

    /// <summary>Shakes hands with who has connected to us.</summary>
    /// <returns>An acceptance where the other side has shown a certificate that can be read; nothing of it is checked yet.</returns>
    public Task<Verdict> AcceptAsync(SslStreamCertificateContext own, TimeProvider time, CancellationToken cancellationToken) => ShakeHandsAsync(
        late => _tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = own,
                ClientCertificateRequired = true,
                EnabledSslProtocols = SslProtocols.Tls13,
                // A resumed session shows no certificate: every connection is to be checked against the key of now.
                AllowTlsResume = false,
                CertificateChainPolicy = NoChain(),
                RemoteCertificateValidationCallback = IsThere,
            },
            late),
        time, cancellationToken);

    /// <summary>Shakes hands with who we have connected to.</summary>
    /// <inheritdoc cref="AcceptAsync"/>
    public Task<Verdict> ConnectAsync(DomainName name, SslStreamCertificateContext own, TimeProvider time, CancellationToken cancellationToken) => ShakeHandsAsync(
        late => _tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = name.Value,
                ClientCertificateContext = own,
                EnabledSslProtocols = SslProtocols.Tls13,
                AllowTlsResume = false,
                CertificateChainPolicy = NoChain(),
                RemoteCertificateValidationCallback = IsThere,
            },
            late),
        time, cancellationToken);

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            int read = await _tls.ReadAsync(buffer, cancellationToken);
            if (read > 0) _hasReceived = true;
            else if (_wire.HasEnded) throw new IOException("The connection was cut before its end.");
            else _hasEnded = true;
            return read;
        }
        catch (IOException)
        {
            IsCutAtOnce = !_hasReceived;
            throw;
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            await _tls.WriteAsync(data, cancellationToken);
        }
        catch (IOException)
        {
            IsCutAtOnce = !_hasReceived;
            throw;
        }
    }

    /// <summary>Sends close_notify, which ends this direction alone (RFC 8446 section 6.1).</summary>
    public async Task EndWritingAsync()
    {
        try
        {
            await _tls.ShutdownAsync();
        }
        catch (IOException)
        {
            // Who has ended before need not wait for our end.
            if (_hasEnded) return;
            IsCutAtOnce = !_hasReceived;
            throw;
        }
    }

    public void Dispose() => _tls.Dispose();

    /// <summary>No authorities, no revocation, and above all no download of what a stranger's certificate points to.</summary>
    private static X509ChainPolicy NoChain() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
        VerificationFlags = X509VerificationFlags.AllFlags,
    };

    /// <summary>
    /// Takes any certificate, but not none. The platform asks here synchronously, on the thread of the handshake, where nobody can wait for a
    /// KMS: who calls looks the key up as soon as the handshake is over, and before it passes on a byte.
    /// </summary>
    private bool IsThere(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _shownNothing = certificate is null;
        return certificate is not null;
    }

    private async Task<Verdict> ShakeHandsAsync(Func<CancellationToken, Task> shakeHands, TimeProvider time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource late = new(TunnelLimits.HandshakeTime, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await shakeHands(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return Verdict.Failed($"it has not finished the TLS handshake within {TunnelLimits.HandshakeTime.TotalSeconds} s");
        }
        catch (AuthenticationException) when (_shownNothing)
        {
            return Verdict.Refused("it has shown no certificate; 'kms tunnel connect' does, and 'kms certificate' makes one for other programs");
        }
        catch (AuthenticationException e)
        {
            return Verdict.Refused($"it speaks no TLS 1.3 with a certificate ({e.GetBaseException().Message.ReplaceLineEndings(" ")}); 'kms tunnel' is needed at both ends, or a program with TLS 1.3");
        }
        catch (IOException)
        {
            return Verdict.Failed("it has ended the connection during the TLS handshake");
        }
        if (_tls.RemoteCertificate is not X509Certificate2 shown || !HostCertificate.TryRead(shown, out DomainName name, out Protocol.PublicKey? key))
            return Verdict.Refused("its certificate has not exactly one DNS name that is a host's (subjectAltName); 'kms certificate' makes such a one");
        (Name, Key) = (name, key);
        return Verdict.Accepted;
    }
}
