using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Kms.Cli;

/// <summary>The server's side of a tunnel: lets allowed hosts through to a service, once they have proven who they are.</summary>
internal sealed class TunnelListener(
    AllowedNames allowed, EndPoint target, PeerKeys peers, SslStreamCertificateContext own, TunnelLog log, TimeProvider time)
{
    /// <summary>Serves one connection from its first byte to its last.</summary>
    public async Task ServeAsync(Socket socket, Action hasStarted, CancellationToken cancellationToken)
    {
        string from = $"{socket.RemoteEndPoint}";
        using TlsEnd tls = new(socket);
        Verdict verdict = await CheckAsync(tls, cancellationToken);
        if (!verdict.IsAccepted)
        {
            log.Note($"{from} is refused: {verdict.Reason}");
            return;
        }
        Socket service;
        try
        {
            service = await TunnelSocket.ConnectAsync(target, time, cancellationToken);
        }
        catch (IOException e)
        {
            log.Note($"{tls.Name} at {from} is turned away: {target} (--to) cannot be reached: {e.Message}");
            return;
        }
        using Socket _ = service;
        using TcpEnd plain = new(service);
        hasStarted();
        try
        {
            await Splice.RunAsync(tls, plain, cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Neither end may take what it got for the whole.
            TunnelSocket.Cut(socket);
            TunnelSocket.Cut(service);
        }
    }

    private async Task<Verdict> CheckAsync(TlsEnd tls, CancellationToken cancellationToken)
    {
        Verdict verdict = await tls.AcceptAsync(own, time, cancellationToken);
        if (!verdict.IsAccepted) return verdict;
        // Before the look-up: names that may not come anyway cost nobody a question.
        if (!allowed.Holds(tls.Name)) return Verdict.Refused($"it calls itself {tls.Name}, which is not allowed; if it is to be, add --allow {tls.Name}");
        return await peers.CheckAsync(tls.Name, tls.Key!, cancellationToken);
    }
}
