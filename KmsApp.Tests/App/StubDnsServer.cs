using System.Net.Mail;
using DnsServerCore.ApplicationCommon;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Proxy;

namespace KmsApp.Tests;

/// <summary>A server that has a folder and a log, and answers no query.</summary>
internal sealed class StubDnsServer : IDnsServer
{
    public List<string> Log { get; } = [];

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
        => Task.FromException<DnsDatagram>(new TimeoutException());

    public void WriteLog(string message) => Log.Add(message);

    public void WriteLog(Exception ex) => Log.Add(ex.ToString());
}
