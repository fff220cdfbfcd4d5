using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Kms.Protocol;
using TechnitiumLibrary.Net.Dns.ResourceRecords;

namespace KmsApp;

/// <summary>The text of a TXT record of the host.</summary>
internal static class TxtRecord
{
    private const int LengthPrefix = 2;
    private const int LongestData = LengthPrefix + ushort.MaxValue;

    /// <summary>Reads the joined data.</summary>
    /// <remarks>
    /// By writing the record: that gives the bytes as they came, in linear time, for a record with no data too. The host's
    /// own GetText() fails for that one, makes every byte beyond ASCII a question mark, and joins in quadratic time.
    /// </remarks>
    /// <param name="record">A record of any type.</param>
    /// <param name="text">The text.</param>
    /// <returns>False where it is no TXT record of class IN, or its data is broken.</returns>
    public static bool TryRead(DnsResourceRecord record, [NotNullWhen(true)] out byte[]? text)
    {
        text = null;
        if (record.Type != DnsResourceRecordType.TXT || record.Class != DnsClass.IN) return false;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(LongestData);
        try
        {
            using MemoryStream stream = new(buffer);
            record.RDATA.WriteTo(stream);
            int length = (int)stream.Position - LengthPrefix;
            return length > 0 && TxtData.TryJoin(buffer.AsSpan(LengthPrefix, length), out text);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes a text, in as few character-strings as will hold it.</summary>
    /// <remarks>As it would come in a packet: made of strings, the host's data copies each of them five times.</remarks>
    /// <param name="text">ASCII, not empty.</param>
    public static DnsTXTRecordData Write(ReadOnlySpan<byte> text)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(LongestData);
        try
        {
            int length = TxtData.Split(text, buffer.AsSpan(LengthPrefix));
            BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)length);
            using MemoryStream stream = new(buffer, 0, LengthPrefix + length);
            return new DnsTXTRecordData(stream);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
