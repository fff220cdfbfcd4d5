using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Kms.Protocol;

/// <summary>Writes one packet. The only compression is an owner that repeats the first question's name exactly.</summary>
internal sealed class DnsMessageWriter
{
    private const ushort PointerToQuestion = 0xC000 | DnsMessageReader.HeaderLength;
    private const int LargestPlainResponseCode = 15;

    private readonly ArrayBufferWriter<byte> _packet = new();
    private readonly string? _questionName;

    private DnsMessageWriter(DnsMessage message)
    {
        // Where a question is the root, a pointer would be longer than the name.
        _questionName = message.Questions is [{ Name: not "." } first, ..] ? first.Name : null;
    }

    /// <summary>Writes a message, unless it is longer than the limit.</summary>
    internal static bool TryWrite(DnsMessage message, int maximumLength, [NotNullWhen(true)] out byte[]? packet)
    {
        packet = null;
        var writer = new DnsMessageWriter(message);
        writer.WriteHeader(message);
        foreach (DnsQuestion question in message.Questions)
        {
            writer.WriteName(question.Name);
            writer.WriteUInt16((ushort)question.Type);
            writer.WriteUInt16((ushort)question.Class);
        }

        foreach (DnsRecord record in message.Answers.Concat(message.Authorities).Concat(message.Additionals))
        {
            writer.WriteRecord(record);
            if (writer._packet.WrittenCount > maximumLength) return false;
        }

        if (message.Edns is not null) writer.WriteOpt(message.Edns, message.ResponseCode);
        if (writer._packet.WrittenCount > maximumLength) return false;
        packet = writer._packet.WrittenSpan.ToArray();
        return true;
    }

    private void WriteHeader(DnsMessage message)
    {
        if ((int)message.ResponseCode > LargestPlainResponseCode && message.Edns is null)
            throw new InvalidOperationException($"The response code {message.ResponseCode} needs an OPT record.");
        int flags = ((int)message.Opcode << DnsHeaderFlags.OpcodeShift)
            | (message.IsResponse ? DnsHeaderFlags.Response : 0)
            | (message.AuthoritativeAnswer ? DnsHeaderFlags.AuthoritativeAnswer : 0)
            | (message.Truncated ? DnsHeaderFlags.Truncated : 0)
            | (message.RecursionDesired ? DnsHeaderFlags.RecursionDesired : 0)
            | (message.RecursionAvailable ? DnsHeaderFlags.RecursionAvailable : 0)
            | (message.AuthenticData ? DnsHeaderFlags.AuthenticData : 0)
            | (message.CheckingDisabled ? DnsHeaderFlags.CheckingDisabled : 0)
            | ((int)message.ResponseCode & DnsHeaderFlags.ResponseCodeMask);
        WriteUInt16(message.Id);
        WriteUInt16((ushort)flags);
        WriteUInt16((ushort)message.Questions.Count);
        WriteUInt16((ushort)message.Answers.Count);
        WriteUInt16((ushort)message.Authorities.Count);
        WriteUInt16((ushort)(message.Additionals.Count + (message.Edns is null ? 0 : 1)));
    }

    private void WriteRecord(DnsRecord record)
    {
        WriteName(record.Name);
        WriteUInt16((ushort)record.Type);
        WriteUInt16((ushort)record.Class);
        WriteUInt32(record.Ttl);
        WriteUInt16((ushort)record.Data.Length);
        _packet.Write(record.Data.Span);
    }

    private void WriteOpt(Edns edns, DnsResponseCode responseCode)
    {
        _packet.Write<byte>([0]);
        WriteUInt16((ushort)DnsType.Opt);
        WriteUInt16(edns.UdpPayloadSize);
        WriteUInt32(((uint)responseCode >> 4 << 24) | ((uint)edns.Version << 16) | (edns.DnssecOk ? DnsHeaderFlags.DnssecOk : 0));
        WriteUInt16((ushort)edns.Options.Sum(option => 4 + option.Data.Length));
        foreach (EdnsOption option in edns.Options)
        {
            WriteUInt16(option.Code);
            WriteUInt16((ushort)option.Data.Length);
            _packet.Write(option.Data.Span);
        }
    }

    private void WriteName(string name)
    {
        // The question itself stands right after the header and has nothing to point to. Letter case is kept, so the
        // comparison is exact.
        if (_packet.WrittenCount > DnsMessageReader.HeaderLength && string.Equals(name, _questionName, StringComparison.Ordinal))
            WriteUInt16(PointerToQuestion);
        else
            _packet.Write(DnsName.ToWire(name));
    }

    private void WriteUInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_packet.GetSpan(2), value);
        _packet.Advance(2);
    }

    private void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_packet.GetSpan(4), value);
        _packet.Advance(4);
    }
}
