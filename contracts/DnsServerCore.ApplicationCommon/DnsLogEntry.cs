using System.Net;
using TechnitiumLibrary.Net.Dns;

namespace DnsServerCore.ApplicationCommon;

/// <summary>One entry of a log.</summary>
public class DnsLogEntry
{
    /// <summary>An entry with its parts; local times become UTC, others count as UTC.</summary>
    public DnsLogEntry(
        long rowNumber,
        DateTime timestamp,
        IPAddress clientIpAddress,
        DnsTransportProtocol protocol,
        DnsServerResponseType responseType,
        double? responseRtt,
        DnsResponseCode rcode,
        DnsQuestionRecord? question,
        string? answer)
    {
        RowNumber = rowNumber;
        Timestamp = timestamp.Kind == DateTimeKind.Local ? timestamp.ToUniversalTime() : DateTime.SpecifyKind(timestamp, DateTimeKind.Utc);
        ClientIpAddress = clientIpAddress;
        Protocol = protocol;
        ResponseType = responseType;
        ResponseRtt = responseRtt;
        RCODE = rcode;
        Question = question;
        Answer = answer;
    }

    /// <summary>The number of the entry in the whole selection.</summary>
    public long RowNumber { get; }

    /// <summary>When it was written, in UTC.</summary>
    public DateTime Timestamp { get; }

    /// <summary>Who asked.</summary>
    public IPAddress ClientIpAddress { get; }

    /// <summary>What carried the request.</summary>
    public DnsTransportProtocol Protocol { get; }

    /// <summary>Where the response came from.</summary>
    public DnsServerResponseType ResponseType { get; }

    /// <summary>How long the answer took, in milliseconds; null where that is unknown.</summary>
    public double? ResponseRtt { get; }

    /// <summary>The RCODE of the response.</summary>
    public DnsResponseCode RCODE { get; }

    /// <summary>The question.</summary>
    public DnsQuestionRecord? Question { get; }

    /// <summary>The answer, as text.</summary>
    public string? Answer { get; }
}
