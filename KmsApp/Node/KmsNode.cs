using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using DnsServerCore.ApplicationCommon;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp;

/// <summary>A running key server with what it needs of the machine. Lives across configurations; ends when the KMS is switched off.</summary>
internal sealed class KmsNode : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly WorkQueue _work;
    private readonly LogJournal _journal;

    /// <summary>Starts a key server.</summary>
    public KmsNode(IDnsServer dnsServer, KeyServerConfiguration configuration, KeyImporter importer, ServerLog log, TimeProvider time)
    {
        Stopping = _stopping.Token;
        _journal = new LogJournal(log, time);
        _work = new WorkQueue(log.Write);
        DnsKmsTransport transport = new(new DnsExchange(new SocketDnsWire(), time), LocalAddressToward);
        Server = new KeyServer(configuration, transport, new ZoneKeySource(dnsServer), importer, _work, _journal, time, RandomNumberGenerator.Fill);
        _journal.Begin(configuration);
    }

    /// <summary>The key server.</summary>
    public KeyServer Server { get; }

    /// <summary>Cancelled when the node ends: nobody waits for it any longer.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Puts another configuration in force.</summary>
    public void Configure(KeyServerConfiguration configuration)
    {
        Server.Configure(configuration);
        _journal.Begin(configuration);
    }

    /// <summary>Ends everything that is under way.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        Server.Dispose();
        _work.Dispose();
        _stopping.Dispose();
    }

    private static IPAddress? LocalAddressToward(IPEndPoint destination)
    {
        try
        {
            return LocalAddress.Toward(destination);
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
