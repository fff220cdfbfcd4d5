using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>Packets as long as TCP allows.</summary>
internal static class LongPacket
{
    /// <summary>So much of a filled packet is not records of the filling, at most.</summary>
    private const int Rest = 2500;

    private const int RecordHead = 12;
    private const int FillingBytes = 2000;

    /// <summary>RDATA of TXT that bears the head of a message, and is none.</summary>
    public static byte[] HeadAlone { get; } = TxtData.Split([.. "v=KMS1; t=ack; of="u8, .. Enumerable.Repeat((byte)'A', FillingBytes)]);

    /// <summary>RDATA of TXT that bears nothing.</summary>
    public static byte[] Nothing { get; } = TxtData.Split([.. Enumerable.Repeat((byte)'A', FillingBytes)]);

    /// <summary>A message with so many equal TXT records about its question that hardly another one would fit: among the answers of a response, else beside the query.</summary>
    public static byte[] Fill(DnsMessage message, byte[] data)
    {
        int count = (DnsMessage.MaximumLength - Rest) / (data.Length + RecordHead);
        IEnumerable<DnsRecord> records = Enumerable.Repeat(new DnsRecord(message.Questions[0].Name, DnsType.Txt, DnsClass.In, 0, data), count);
        DnsMessage filled = message.IsResponse ? message with { Answers = [.. message.Answers, .. records] } : message with { Additionals = [.. message.Additionals, .. records] };
        // What is left after the last record is filled with a shorter one, to the last byte.
        byte[] packet = filled.ToArray(DnsMessage.MaximumLength);
        byte[] last = TxtData.Split(Enumerable.Repeat((byte)'A', Math.Max(0, DnsMessage.MaximumLength - packet.Length - Rest / 100 - RecordHead)).ToArray());
        return (filled with { Additionals = [.. filled.Additionals, new DnsRecord(message.Questions[0].Name, DnsType.Txt, DnsClass.In, 0, last)] }).ToArray(DnsMessage.MaximumLength);
    }
}
