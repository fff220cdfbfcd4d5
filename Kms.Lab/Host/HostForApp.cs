using System.Net.Mail;
using DnsServerCore.ApplicationCommon;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Proxy;

namespace Kms.Lab;

/// <summary>The server as its app sees it. It has a clock for the app, which a real host has not.</summary>
internal sealed class HostForApp(string serverDomain, string folder, RequestPipeline pipeline, ServerLog log, TimeProvider time) : IDnsServer, IServiceProvider
{
    public string ApplicationName => "KmsApp";

    public string ApplicationFolder => folder;

    public string ServerDomain => serverDomain;

    public MailAddress ResponsiblePerson { get; } = new("hostmaster@" + serverDomain);

    public IDnsCache DnsCache => throw new NotSupportedException("There is no cache here.");

    public NetProxy? Proxy => null;

    public IPv6Mode IPv6Mode => IPv6Mode.Disabled;

    public ushort UdpPayloadSize => Protocol.Spec.UdpPayloadSize;

    public object? GetService(Type serviceType) => serviceType == typeof(TimeProvider) ? time : null;

    public Task<DnsDatagram> ResolveAsync(DnsQuestionRecord question, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("There is no recursion here.");

    public Task<DnsDatagram> DirectQueryAsync(DnsQuestionRecord question, int timeout = 4000, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("There is no recursion here.");

    public Task<DnsDatagram> DirectQueryAsync(DnsDatagram request, int timeout = 4000, CancellationToken cancellationToken = default) =>
        Task.FromResult(pipeline.Direct(request));

    public void WriteLog(string message) => log.Add(message);

    public void WriteLog(Exception ex) => log.AddFault(ex);
}
