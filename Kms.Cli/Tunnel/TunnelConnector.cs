using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>The client's side of a tunnel: carries connections to another host, once that has proven who it is.</summary>
/// <param name="name">The other host.</param>
/// <param name="address">Where it is reached. Nothing depends on who told: the key decides.</param>
/// <param name="peers">Checks its key.</param>
/// <param name="own">The certificate of this host.</param>
/// <param name="time">Tells the time.</param>
internal sealed class TunnelConnector(DomainName name, EndPoint address, PeerKeys peers, SslStreamCertificateContext own, TimeProvider time)
{
    /// <summary>Carries one connection from its first byte to its last.</summary>
    /// <returns>
    /// A refusal where the other side was refused or not reached, or the connection was cut: the plain end must not take what it
    /// got, perhaps nothing, for the whole. Its reason is empty where there is nothing to tell.
    /// </returns>
    public async Task<Verdict> CarryAsync(ITunnelEnd plain, Action hasStarted, CancellationToken cancellationToken)
    {
        Verdict verdict = await peers.FindAsync(name, cancellationToken);
        if (!verdict.IsAccepted) return verdict;
        Socket socket;
        try
        {
            socket = await TunnelSocket.ConnectAsync(address, time, cancellationToken);
        }
        catch (IOException e)
        {
            return Verdict.Failed($"it cannot be reached: {e.Message}");
        }
        using Socket _ = socket;
        using TlsEnd tls = new(socket);
        verdict = await CheckAsync(tls, cancellationToken);
        if (!verdict.IsAccepted) return verdict;
        hasStarted();
        try
        {
            await Splice.RunAsync(plain, tls, cancellationToken);
            return Verdict.Accepted;
        }
        catch (IOException)
        {
            TunnelSocket.Cut(socket);
            return Verdict.Failed(tls.IsCutAtOnce
                ? "it has ended the connection right after the handshake, as it does with hosts that it does not allow, or whose key it cannot find, or when its service is down: its own messages say which"
                : "");
        }
        catch (OperationCanceledException)
        {
            TunnelSocket.Cut(socket);
            throw;
        }
    }

    private async Task<Verdict> CheckAsync(TlsEnd tls, CancellationToken cancellationToken)
    {
        Verdict verdict = await tls.ConnectAsync(name, own, time, cancellationToken);
        if (!verdict.IsAccepted) return verdict;
        // A domain can publish any key as one of its hosts', another host's too: that other host then stands here, and says who it is.
        if (tls.Name != name) return Verdict.Refused($"it calls itself {tls.Name}; see that the address is the right one");
        return await peers.CheckAsync(name, tls.Key!, cancellationToken);
    }
}
