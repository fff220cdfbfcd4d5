using System.CommandLine;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>What both sides of a tunnel need: the host, its certificate, and the check of others.</summary>
internal sealed class TunnelSession : IDisposable
{
    private readonly HostSession _host;
    private readonly X509Certificate2 _certificate;

    private TunnelSession(HostSession host, X509Certificate2 certificate, Use use, CommandEnvironment environment)
    {
        (_host, _certificate) = (host, certificate);
        Own = TlsEnd.ToShow(certificate);
        Peers = new PeerKeys(host.Client, use, environment.Time);
        Log = new TunnelLog(environment.Error, environment.Time);
        Time = environment.Time;
    }

    /// <summary>The name of this host.</summary>
    public DomainName Name => _host.Settings.Name;

    /// <summary>What this host shows.</summary>
    public SslStreamCertificateContext Own { get; }

    public PeerKeys Peers { get; }

    public TunnelLog Log { get; }

    public TimeProvider Time { get; }

    /// <exception cref="ConfigurationException">The settings or the key cannot be used.</exception>
    public static TunnelSession Open(CommandContext context, ParseResult parsed, TunnelKeyOption option)
    {
        if (OperatingSystem.IsMacOS()) throw new ConfigurationException("A tunnel needs TLS 1.3 at both ends, which .NET does not offer to servers on macOS.");
        Use use = option.ReadUse(parsed);
        HostSession host = HostSession.Open(context, parsed);
        try
        {
            using SigningKey key = option.Read(parsed, host.Folder, host.Settings);
            return new TunnelSession(host, HostCertificate.Of(host.Settings.Name, key, context.Environment.Time.GetUtcNow()), use, context.Environment);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _host.Dispose();
    }
}
