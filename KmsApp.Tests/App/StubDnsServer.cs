using System.Collections.Concurrent;
using System.Net.Mail;
using DnsServerCore.ApplicationCommon;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Proxy;

namespace KmsApp.Tests;

/// <summary>A server that has a folder and a log. It answers no query, unless a test gives it zones, and has no clock, unless a test gives it one.</summary>
internal sealed class StubDnsServer : IDnsServer, IServiceProvider
{
    public ConcurrentQueue<string> Log { get; } = [];

    /// <summary>What the server itself says to a query without recursion.</summary>
    public Func<DnsDatagram, Task<DnsDatagram>> Zones { get; set; } = _ => Task.FromException<DnsDatagram>(new TimeoutException());

    public TimeProvider? Clock { get; init; }

    public string ApplicationName => "KmsApp";

    public required string ApplicationFolder { get; init; }

    public string ServerDomain { get; init; } = "dns1.b.a.xx";

    public MailAddress ResponsiblePerson { get; } = new("hostmaster@b.a.xx");

    public IDnsCache DnsCache => throw new NotSupportedException();

    public NetProxy? Proxy => null;

    public IPv6Mode IPv6Mode => IPv6Mode.Disabled;

    public ushort UdpPayloadSize => 1232;

    public Task<DnsDatagram> ResolveAsync(DnsQuestionRecord question, CancellationToken cancellationToken = default)
        => throw new NotSupportedException();

    public Task<DnsDatagram> DirectQueryAsync(DnsQuestionRecord question, int timeout = 4000, CancellationToken cancellationToken = default)
        => throw new NotSupportedException();

    public Task<DnsDatagram> DirectQueryAsync(DnsDatagram request, int timeout = 4000, CancellationToken cancellationToken = default)
        => Zones(request);

    /// <summary>What writing to the log throws, or null.</summary>
    public Exception? LogFault { get; set; }

    public void WriteLog(string message)
    {
        if (LogFault is { } fault) throw fault;
        Log.Enqueue(message);
    }

    public void WriteLog(Exception ex) => WriteLog(ex.ToString());

    public object? GetService(Type serviceType) => serviceType == typeof(TimeProvider) ? Clock : null;
}
