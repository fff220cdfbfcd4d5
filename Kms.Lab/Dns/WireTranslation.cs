using Kms.Protocol;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Dns.EDnsOptions;
using TechnitiumLibrary.Net.Dns.ResourceRecords;

namespace Kms.Lab;

/// <summary>Between the packets of the one codec and the objects that the host's interface hands to apps.</summary>
internal static class WireTranslation
{
    /// <summary>A packet as the host shows it to apps.</summary>
    /// <exception cref="EndOfStreamException">The data of a TXT record ends early: the host notes that as a parsing exception.</exception>
    public static DnsDatagram ToDatagram(DnsMessage message)
    {
        List<DnsResourceRecord> additionals = [.. message.Additionals.Select(ToRecord)];
        if (message.Edns is { } edns) additionals.Add(ToOpt(edns, message.ResponseCode));
        return new DnsDatagram(
            message.Id, message.IsResponse, (TechnitiumLibrary.Net.Dns.DnsOpcode)message.Opcode, message.AuthoritativeAnswer, message.Truncated,
            message.RecursionDesired, message.RecursionAvailable, message.AuthenticData, message.CheckingDisabled,
            (TechnitiumLibrary.Net.Dns.DnsResponseCode)((int)message.ResponseCode & 0xF),
            [.. message.Questions.Select(ToQuestion)], [.. message.Answers.Select(ToRecord)], [.. message.Authorities.Select(ToRecord)], additionals);
    }

    /// <summary>What an app or the server says, as a packet.</summary>
    public static DnsMessage ToMessage(DnsDatagram datagram) => new()
    {
        Id = datagram.Identifier,
        IsResponse = datagram.IsResponse,
        Opcode = (Protocol.DnsOpcode)datagram.OPCODE,
        AuthoritativeAnswer = datagram.AuthoritativeAnswer,
        Truncated = datagram.Truncation,
        RecursionDesired = datagram.RecursionDesired,
        RecursionAvailable = datagram.RecursionAvailable,
        AuthenticData = datagram.AuthenticData,
        CheckingDisabled = datagram.CheckingDisabled,
        ResponseCode = (Protocol.DnsResponseCode)datagram.RCODE,
        Questions = [.. datagram.Question.Select(q => new DnsQuestion(ToWireName(q.Name), (DnsType)q.Type, (Protocol.DnsClass)q.Class))],
        Answers = [.. datagram.Answer.Select(FromRecord)],
        Authorities = [.. datagram.Authority.Select(FromRecord)],
        Additionals = [.. datagram.Additional.Where(record => record.Type != DnsResourceRecordType.OPT).Select(FromRecord)],
        Edns = datagram.EDNS is { } edns ? FromEdns(edns) : null,
    };

    /// <summary>A record as the host holds it; its owner may be any name.</summary>
    public static DnsResourceRecord ToRecord(DnsRecord record)
    {
        byte[] prefixed = [(byte)(record.Data.Length >> 8), (byte)(record.Data.Length & 0xFF), .. record.Data.Span];
        using MemoryStream stream = new(prefixed);
        DnsResourceRecordData data = record.Type == DnsType.Txt ? new DnsTXTRecordData(stream) : new DnsUnknownRecordData(stream);
        return DnsResourceRecord.FromPacket(ToHostName(record.Name), (ushort)record.Type, (ushort)record.Class, record.Ttl, data);
    }

    private static DnsQuestionRecord ToQuestion(DnsQuestion question) =>
        new(ToHostName(question.Name), (DnsResourceRecordType)question.Type, (TechnitiumLibrary.Net.Dns.ResourceRecords.DnsClass)question.Class, validateName: false);

    private static DnsResourceRecord ToOpt(Edns edns, Protocol.DnsResponseCode code) => DnsOPTRecordData.Write(new DnsDatagramEdns(
        edns.UdpPayloadSize, (TechnitiumLibrary.Net.Dns.DnsResponseCode)code, edns.Version, edns.DnssecOk ? EDnsHeaderFlags.DNSSEC_OK : EDnsHeaderFlags.None,
        [.. edns.Options.Select(option => new EDnsOption((EDnsOptionCode)option.Code, new EDnsUnknownOptionData(option.Data.ToArray())))]));

    private static DnsRecord FromRecord(DnsResourceRecord record)
    {
        using MemoryStream stream = new();
        record.RDATA.WriteTo(stream);
        return new DnsRecord(ToWireName(record.Name), (DnsType)record.Type, (Protocol.DnsClass)record.Class, record.TTL, stream.ToArray().AsMemory(2));
    }

    private static Edns FromEdns(DnsDatagramEdns edns) => new()
    {
        UdpPayloadSize = edns.UdpPayloadSize,
        Version = edns.Version,
        DnssecOk = edns.Flags.HasFlag(EDnsHeaderFlags.DNSSEC_OK),
        Options = [.. edns.Options.Select(option => new EdnsOption((ushort)option.Code, option.Data.Serialize().ToArray()))],
    };

    // The codec writes the root as ".", the host as nothing.
    private static string ToHostName(string name) => name == "." ? "" : name;

    private static string ToWireName(string name) => name.Length == 0 ? "." : name;
}
