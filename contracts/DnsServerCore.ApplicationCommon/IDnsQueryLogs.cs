using System.Net;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Dns.ResourceRecords;

namespace DnsServerCore.ApplicationCommon;

/// <summary>An app whose log the console shows.</summary>
public interface IDnsQueryLogs
{
    /// <summary>One page of the log, filtered by every argument that is not null; page -1 is the last.</summary>
    Task<DnsLogPage> QueryLogsAsync(
        long pageNumber,
        int entriesPerPage,
        bool descendingOrder,
        DateTime? start,
        DateTime? end,
        IPAddress? clientIpAddress,
        DnsTransportProtocol? protocol,
        DnsServerResponseType? responseType,
        DnsResponseCode? rcode,
        string? qname,
        DnsResourceRecordType? qtype,
        DnsClass? qclass);
}
