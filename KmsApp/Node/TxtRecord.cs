using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Kms.Protocol;
using TechnitiumLibrary.Net.Dns.ResourceRecords;

namespace KmsApp;

/// <summary>The text of a TXT record of the host.</summary>
internal static class TxtRecord
{
    private const int LengthPrefix = 2;

    /// <summary>A buffer that had to hold a longer record is not kept.</summary>
    private const int LongestKept = 4096;

    private static MemoryStream? _idle;

    /// <summary>Reads the joined data.</summary>
    /// <remarks>
    /// By writing the record: that gives the bytes as they came, in linear time, for a record with no data too. The host's
    /// own GetText() fails for that one, makes every byte beyond ASCII a question mark, and joins in quadratic time.
    /// </remarks>
    /// <param name="record">A record of any type.</param>
    /// <param name="prefix">What the text must start with; from a record with another one nothing is made.</param>
    /// <param name="text">The text.</param>
    /// <returns>False where it is no TXT record of class IN, starts otherwise, or its data is broken.</returns>
    public static bool TryRead(DnsResourceRecord record, ReadOnlySpan<byte> prefix, [NotNullWhen(true)] out byte[]? text)
    {
        text = null;
        if (record.Type != DnsResourceRecordType.TXT || record.Class != DnsClass.IN) return false;
        MemoryStream stream = Interlocked.Exchange(ref _idle, null) ?? new MemoryStream();
        stream.SetLength(0);
        record.RDATA.WriteTo(stream);
        ReadOnlySpan<byte> written = stream.GetBuffer().AsSpan(0, (int)stream.Length);
        bool isText = written.Length > LengthPrefix && TxtData.StartsWith(written[LengthPrefix..], prefix) && TxtData.TryJoin(written[LengthPrefix..], out text);
        if (stream.Capacity <= LongestKept) Volatile.Write(ref _idle, stream);
        return isText;
    }

    /// <summary>Writes a text, in as few character-strings as will hold it.</summary>
    /// <remarks>As it would come in a packet: made of strings, the host's data copies each of them five times.</remarks>
    /// <param name="text">ASCII, not empty.</param>
    public static DnsTXTRecordData Write(ReadOnlySpan<byte> text)
    {
        int length = TxtData.LengthOf(text.Length);
        byte[] data = new byte[LengthPrefix + length];
        BinaryPrimitives.WriteUInt16BigEndian(data, (ushort)length);
        TxtData.Split(text, data.AsSpan(LengthPrefix));
        using MemoryStream stream = new(data);
        return new DnsTXTRecordData(stream);
    }
}
