using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Kms.Cli;
using Kms.Protocol;

namespace KmsApp.Tests.Cli;

/// <summary>A TLS client that shows what it likes, and takes whom it meets for good.</summary>
internal sealed class TlsStranger : IDisposable
{
    private readonly TcpClient _client = new();

    private TlsStranger()
    {
    }

    public SslStream Tls { get; private set; } = null!;

    public Socket Socket => _client.Client;

    /// <summary>Shakes hands as who has a name and a key.</summary>
    public static async Task<TlsStranger> ConnectAsync(IPEndPoint endpoint, DomainName name, SigningKey key)
    {
        using X509Certificate2 certificate = HostCertificate.Of(name, key, DateTimeOffset.UtcNow);
        return await ConnectAsync(endpoint, certificate, SslProtocols.Tls13);
    }

    /// <summary>Shakes hands with a certificate, or none.</summary>
    public static async Task<TlsStranger> ConnectAsync(IPEndPoint endpoint, X509Certificate2? certificate, SslProtocols protocols)
    {
        TlsStranger stranger = new();
        try
        {
            await stranger._client.ConnectAsync(endpoint);
            stranger.Tls = new SslStream(stranger._client.GetStream(), false, (_, shown, _, _) => shown is not null);
            await stranger.Tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "any",
                EnabledSslProtocols = protocols,
                ClientCertificateContext = certificate is null ? null : TlsEnd.ToShow(certificate),
            });
            return stranger;
        }
        catch
        {
            stranger.Dispose();
            throw;
        }
    }

    /// <summary>Sends a word, and reads what comes of it.</summary>
    /// <returns>What came, or null where the connection was cut.</returns>
    public async Task<string?> AskAsync(string word)
    {
        try
        {
            await Tls.WriteAsync(System.Text.Encoding.ASCII.GetBytes(word));
            await Tls.ShutdownAsync();
            using StreamReader reader = new(Tls, leaveOpen: true);
            return await reader.ReadToEndAsync().WaitAsync(TestWait.Longest) is { Length: > 0 } answer ? answer : null;
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        Tls?.Dispose();
        _client.Dispose();
    }
}
