using System.Net.Mail;
using DnsServerCore.ApplicationCommon;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Proxy;

namespace Kms.Benchmarks;

/// <summary>A host that has a folder, and nothing to say.</summary>
internal sealed class SilentDnsServer(string folder) : IDnsServer
{
    public string ApplicationName => "KmsApp";

    public string ApplicationFolder => folder;

    public string ServerDomain => "dns1.b.a.xx";

    public MailAddress ResponsiblePerson { get; } = new("hostmaster@b.a.xx");

    public IDnsCache DnsCache => throw new NotSupportedException();

    public NetProxy? Proxy => null;

    public IPv6Mode IPv6Mode => IPv6Mode.Disabled;

    public ushort UdpPayloadSize => 1232;

    public Task<DnsDatagram> ResolveAsync(DnsQuestionRecord question, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<DnsDatagram> DirectQueryAsync(DnsQuestionRecord question, int timeout = 4000, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<DnsDatagram> DirectQueryAsync(DnsDatagram request, int timeout = 4000, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public void WriteLog(string message) { }

    public void WriteLog(Exception ex) { }
}
