using System.Net;
using DnsServerCore.ApplicationCommon;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Dns.ResourceRecords;

namespace KmsApp;

/// <summary>
/// The app as the host sees it, and the only public type: the host reads the exported types before the bundled assemblies are
/// loaded, so bases, interfaces and fields of struct type come from the host or the platform alone.
/// </summary>
public sealed class App : IDnsApplication, IDnsApplicationPreference, IDnsRequestController, IDnsAuthoritativeRequestHandler, IDnsPostProcessor, IDnsQueryLogs
{
    private static readonly Task<DnsRequestControllerAction> Allow = Task.FromResult(DnsRequestControllerAction.Allow);
    private static readonly Task<DnsDatagram?> NotMine = Task.FromResult<DnsDatagram?>(null);

    private readonly Installation _installation = new();

    /// <inheritdoc/>
    public string? Description => "A key server: attested public keys of hosts, by ordinary DNS packets.";

    /// <inheritdoc/>
    public byte Preference => _installation.Preference;

    /// <inheritdoc/>
    public Task InitializeAsync(IDnsServer dnsServer, string? config)
    {
        _installation.Configure(dnsServer, config);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<DnsRequestControllerAction> GetRequestActionAsync(DnsDatagram request, IPEndPoint remoteEP, DnsTransportProtocol protocol)
    {
        Standing? standing = _installation.Standing;
        if (standing is null) return Allow;
        try
        {
            return standing.Control(request, remoteEP, protocol);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return standing.Fail(request, protocol, e);
        }
    }

    /// <inheritdoc/>
    public Task<DnsDatagram?> ProcessRequestAsync(DnsDatagram request, IPEndPoint remoteEP, DnsTransportProtocol protocol, bool isRecursionAllowed) =>
        request.Tag is KmsRequest mine ? mine.HandleAsync() : NotMine;

    /// <inheritdoc/>
    public Task<DnsDatagram?> PostProcessAsync(DnsDatagram request, IPEndPoint remoteEP, DnsTransportProtocol protocol, DnsDatagram response) =>
        request.Tag is KmsRequest mine ? mine.Response : Task.FromResult<DnsDatagram?>(response);

    /// <inheritdoc/>
    public Task<DnsLogPage> QueryLogsAsync(
        long pageNumber, int entriesPerPage, bool descendingOrder, DateTime? start, DateTime? end, IPAddress? clientIpAddress, DnsTransportProtocol? protocol,
        DnsServerResponseType? responseType, DnsResponseCode? rcode, string? qname, DnsResourceRecordType? qtype, DnsClass? qclass)
    {
        JournalFilter filter = new(start, end, clientIpAddress, protocol, responseType, rcode, qname, qtype, qclass);
        return Task.FromResult(_installation.ReadJournal(pageNumber, entriesPerPage, descendingOrder, filter));
    }

    /// <inheritdoc/>
    public void Dispose() => _installation.Dispose();
}
