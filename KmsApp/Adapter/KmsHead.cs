using Kms.Protocol;
using Kms.Server;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Dns.ResourceRecords;

namespace KmsApp;

/// <summary>Tells a request that carries KMS1 messages from every other.</summary>
internal static class KmsHead
{
    /// <summary>The records of the additional section that bear the head; null where there is none, and then nothing is made.</summary>
    public static IReadOnlyList<CarriedRecord>? Find(DnsDatagram request)
    {
        List<CarriedRecord>? found = null;
        IReadOnlyList<DnsResourceRecord> additional = request.Additional;
        for (int i = 0; i < additional.Count; i++)
        {
            DnsResourceRecord record = additional[i];
            if (!TxtRecord.TryRead(record, Message.Head, out byte[]? text)) continue;
            found ??= [];
            found.Add(new CarriedRecord(record.Name, text));
        }
        return found;
    }

    /// <summary>Whether a request that bears the head has the form of one: a standard query with one question, for TXT records of class IN.</summary>
    public static bool IsFormOfRequest(DnsDatagram request) =>
        request.OPCODE == DnsOpcode.StandardQuery
        && request.Question is [{ Type: DnsResourceRecordType.TXT, Class: DnsClass.IN }];
}
