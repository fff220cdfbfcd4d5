using Kms.Protocol;
using KmsApp.Tests.Protocol;

namespace KmsApp.Tests.Fuzzing;

/// <summary>Packets to begin with, those of a run of the lab among them, and changes of what they carry.</summary>
internal static class FuzzPackets
{
    private static readonly int[] StringLengths = [1, 9, 10, 11, 128, 254, 255];

    /// <summary>The texts of Fig. 8.</summary>
    public static VectorFile[] Figure8 { get; } =
        [.. VectorFile.ReadAll().Where(vector => vector.Name.StartsWith("fig8/", StringComparison.Ordinal))];

    /// <summary>Requests and responses of all kinds.</summary>
    public static IReadOnlyList<byte[]> All { get; } = [.. FuzzCorpus.Files("packets"), .. Requests(), .. Responses()];

    /// <summary>The text of one of them, such as <c>86-delivery</c>.</summary>
    public static byte[] TextOf(string vector) => Figure8.Single(file => file.Name == "fig8/" + vector).Text;

    /// <summary>A request with texts, about the name that all of Fig. 8 is about.</summary>
    public static byte[] Request(params string[] vectors) => KmsPacket.Request(7, Fig8.HostB, Texts(vectors)).ToArray();

    /// <summary>A response with texts.</summary>
    public static byte[] Response(params string[] vectors) => KmsPacket.Response(KmsPacket.Request(7, Fig8.HostB), Texts(vectors)).ToArray();

    /// <summary>The requests of Fig. 8.</summary>
    public static IEnumerable<byte[]> Requests() =>
    [
        Request("81-inquiry"), Request("82-inquiry"), Request("83-inquiry"), Request("84-sign"), Request("85-sign"), Request("86-delivery", "86-attestation"), Request("45-delivery"),
    ];

    /// <summary>The responses of Fig. 8, and those without a message.</summary>
    public static IEnumerable<byte[]> Responses()
    {
        DnsMessage request = KmsPacket.Request(7, Fig8.HostB);
        return
        [
            Response("87-answer", "86-attestation"), Response("86-attestation", "87-answer"), Response("45-unsolved"), Response("82-ack"), Response(),
            KmsPacket.Failure(request, ExtendedErrorCode.NoReachableAuthority).ToArray(), KmsPacket.Failure(request, ExtendedErrorCode.NotReady).ToArray(), KmsPacket.AskAgainOverTcp(request).ToArray(),
        ];
    }

    /// <summary>Changes the text of a record, its owner or how it is split; lengths and counts go with it.</summary>
    public static byte[] MutateInside(byte[] packet, Mutator mutator)
    {
        if (!DnsMessage.TryRead(packet, out DnsMessage? message, out _)) return mutator.Mutate(packet);
        bool isAnswer = message.Additionals.Count == 0 || (message.Answers.Count > 0 && mutator.Random.Next(2) == 0);
        List<DnsRecord> records = [.. isAnswer ? message.Answers : message.Additionals];
        if (records.Count == 0) return mutator.Mutate(packet);
        int changed = mutator.Random.Next(records.Count);
        switch (mutator.Random.Next(8))
        {
            case 0:
                records.Add(mutator.Pick(records));
                break;
            case 1:
                records.RemoveAt(changed);
                break;
            case 2:
                records.Reverse();
                break;
            default:
                records[changed] = Mutate(records[changed], mutator);
                break;
        }
        try
        {
            return (isAnswer ? message with { Answers = records } : message with { Additionals = records }).ToArray();
        }
        catch (InvalidOperationException)
        {
            return packet; // it became too long
        }
    }

    private static DnsRecord Mutate(DnsRecord record, Mutator mutator)
    {
        if (record.Type != DnsType.Txt || !TxtData.TryJoin(record.Data.Span, out byte[]? text))
        {
            byte[] data = mutator.Mutate(record.Data.ToArray());
            return record with { Data = data.Length <= ushort.MaxValue ? data : data[..ushort.MaxValue] };
        }
        if (mutator.Random.Next(8) > 0) text = mutator.Mutate(text);
        if (text.Length > DnsMessage.MaximumLength / 2) return record;
        return record with { Data = mutator.Random.Next(4) > 0 ? TxtData.Split(text) : Split(text, mutator.Pick(StringLengths)) };
    }

    /// <summary>Character-strings of another length than is usual.</summary>
    private static byte[] Split(byte[] text, int length) => [.. text.Chunk(length).SelectMany(part => (byte[])[(byte)part.Length, .. part])];

    private static ReadOnlyMemory<byte>[] Texts(string[] vectors) => [.. vectors.Select(vector => (ReadOnlyMemory<byte>)TextOf(vector))];
}
