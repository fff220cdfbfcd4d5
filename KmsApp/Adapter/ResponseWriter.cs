using DnsServerCore.ApplicationCommon;
using Kms.Protocol;
using Kms.Server;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Dns.EDnsOptions;
using TechnitiumLibrary.Net.Dns.ResourceRecords;

namespace KmsApp;

/// <summary>Writes the DNS responses of the table in docs/PROTOCOL.md section 2.</summary>
internal static class ResponseWriter
{
    /// <summary>Below it the host's constructor writes no OPT record, and the options are lost.</summary>
    private const ushort LeastUdpPayloadSize = 512;

    /// <summary>The response to a request; null where it is abandoned.</summary>
    /// <param name="request">The request; its question is echoed as the object it is, since some names pass no constructor.</param>
    /// <param name="response">What the key server says.</param>
    /// <param name="isStream">Whether the request came otherwise than over UDP.</param>
    /// <param name="udpPayloadSize">What the host offers.</param>
    /// <param name="shared">What other responses hold too.</param>
    public static DnsDatagram? Write(DnsDatagram request, Response response, bool isStream, ushort udpPayloadSize, SharedData shared) => response.Kind switch
    {
        ResponseKind.Abandoned => null,
        ResponseKind.Records => Reply(request, udpPayloadSize, DnsResponseCode.NoError, isAuthoritative: true, answer: Records(request.Question[0].Name, response, shared)),
        ResponseKind.Busy when !isStream => Reply(request, udpPayloadSize, DnsResponseCode.NoError, isTruncated: true),
        ResponseKind.Busy => Failure(request, udpPayloadSize, EDnsExtendedDnsErrorCode.NotReady, "a limit of this key server is reached"),
        ResponseKind.NoAnswer => Failure(request, udpPayloadSize, EDnsExtendedDnsErrorCode.NoReachableAuthority, "no answer from the other key servers in time"),
        _ => Failure(request, udpPayloadSize, EDnsExtendedDnsErrorCode.Other, "a fault of this key server"),
    };

    /// <summary>The response of a KMS that is enabled but cannot work.</summary>
    public static DnsDatagram NotReady(DnsDatagram request, ushort udpPayloadSize) =>
        Failure(request, udpPayloadSize, EDnsExtendedDnsErrorCode.NotReady, "this key server has no usable private key or configuration; its log says more");

    /// <summary>Ends the host's work on a request that will get no response.</summary>
    public static DnsDatagram Refused(DnsDatagram request, ushort udpPayloadSize) => Reply(request, udpPayloadSize, DnsResponseCode.Refused);

    private static DnsDatagram Failure(DnsDatagram request, ushort udpPayloadSize, EDnsExtendedDnsErrorCode code, string text) => Reply(
        request, udpPayloadSize, DnsResponseCode.ServerFailure,
        options: [new EDnsOption(EDnsOptionCode.EXTENDED_DNS_ERROR, new EDnsExtendedDnsErrorOptionData(code, text))]);

    private static DnsDatagram Reply(
        DnsDatagram request,
        ushort udpPayloadSize,
        DnsResponseCode code,
        bool isAuthoritative = false,
        bool isTruncated = false,
        IReadOnlyList<DnsResourceRecord>? answer = null,
        IReadOnlyList<EDnsOption>? options = null)
    {
        bool hasEdns = request.EDNS is not null;
        return new DnsDatagram(
            request.Identifier, isResponse: true, DnsOpcode.StandardQuery, isAuthoritative, isTruncated, request.RecursionDesired, recursionAvailable: false,
            authenticData: false, request.CheckingDisabled, code, request.Question, answer, udpPayloadSize: hasEdns ? Math.Max(udpPayloadSize, LeastUdpPayloadSize) : ushort.MinValue,
            ednsFlags: request.DnssecOk ? EDnsHeaderFlags.DNSSEC_OK : EDnsHeaderFlags.None, options: hasEdns ? options : null)
        {
            Tag = DnsServerResponseType.Authoritative, // null would count as recursive, anything else end the host's statistics
        };
    }

    /// <summary>TTL 0: the question is that of an ordinary TXT look-up, so no cache may keep the answer.</summary>
    private static DnsResourceRecord[] Records(string owner, Response response, SharedData shared)
    {
        IReadOnlyList<MessageText> messages = response.Messages;
        DnsResourceRecord[] records = new DnsResourceRecord[messages.Count];
        for (int i = 0; i < records.Length; i++) records[i] = new DnsResourceRecord(owner, DnsResourceRecordType.TXT, DnsClass.IN, 0, shared.Of(messages[i]));
        return records;
    }
}
