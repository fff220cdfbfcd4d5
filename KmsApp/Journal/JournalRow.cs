using DnsServerCore.ApplicationCommon;
using Kms.Server;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Dns.ResourceRecords;

namespace KmsApp;

/// <summary>
/// A row of the journal, as the console shows it. Its words are made when it is asked for. A value, and without the objects of
/// the packet: rows live just long enough for a garbage collector to move each of their objects twice.
/// </summary>
/// <param name="Sequence">Its place in the order of all rows, from 1.</param>
/// <param name="Time">When it happened, in UTC.</param>
/// <param name="Client">The other party's address; 0.0.0.0 where there is none.</param>
/// <param name="ResponseType">Where the response came from.</param>
/// <param name="Happened">What happened; without the end point, which is <paramref name="Client"/>, and without the exception, which would hold more than a row may.</param>
/// <param name="Fault">The name of the exception, where there was one.</param>
/// <param name="Unshown">How many of the same kind before it are not shown.</param>
internal readonly record struct JournalRow(
    long Sequence, DateTime Time, AddressValue Client, DnsServerResponseType ResponseType, JournalEvent Happened, string? Fault, long Unshown)
{
    /// <summary>What carried the packet.</summary>
    public DnsTransportProtocol Protocol => Happened.Carrier switch
    {
        Carrier.Tcp => DnsTransportProtocol.Tcp,
        Carrier.Tls => DnsTransportProtocol.Tls,
        Carrier.Https => DnsTransportProtocol.Https,
        Carrier.Quic => DnsTransportProtocol.Quic,
        _ => DnsTransportProtocol.Udp,
    };

    /// <summary>The response code of what left, or would have left.</summary>
    public DnsResponseCode ResponseCode => Happened.Kind switch
    {
        JournalEventKind.Abandoned or JournalEventKind.ClockDiffers => DnsResponseCode.Refused,
        JournalEventKind.TimedOut or JournalEventKind.Unreachable or JournalEventKind.LimitReached or JournalEventKind.Faulted => DnsResponseCode.ServerFailure,
        _ => DnsResponseCode.NoError,
    };

    /// <summary>The name asked about; empty where that is not known.</summary>
    public string Name => Happened.Question.Name.Value;

    /// <summary>The row as the host wants it.</summary>
    /// <param name="number">Its number in the selection.</param>
    public DnsLogEntry ToEntry(long number) => new(
        number, Time, Client.ToAddress(), Protocol, ResponseType, Happened.Elapsed?.TotalMilliseconds, ResponseCode,
        Name.Length == 0 ? null : new DnsQuestionRecord(Name, DnsResourceRecordType.TXT, DnsClass.IN), JournalWords.Of(this));
}
