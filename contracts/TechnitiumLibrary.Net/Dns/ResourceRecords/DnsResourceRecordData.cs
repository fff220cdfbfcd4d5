using System.Buffers.Binary;

namespace TechnitiumLibrary.Net.Dns.ResourceRecords;

/// <summary>The data of a record.</summary>
public abstract class DnsResourceRecordData
{
    /// <summary>Data made by a program.</summary>
    private protected DnsResourceRecordData()
    {
    }

    /// <summary>Data that came in a packet: its length in two bytes, then the data.</summary>
    private protected DnsResourceRecordData(Stream s)
    {
        Span<byte> length = stackalloc byte[2];
        s.ReadExactly(length);
        RDLENGTH = BinaryPrimitives.ReadUInt16BigEndian(length);
    }

    /// <summary>The length of the data in the packet it came in, in bytes; 0 for data made by a program.</summary>
    public ushort RDLENGTH { get; }

    /// <summary>The length of the data, in bytes.</summary>
    public abstract int UncompressedLength { get; }

    /// <summary>Writes the length in two bytes, then the data.</summary>
    public void WriteTo(Stream s)
    {
        ReadOnlySpan<byte> data = Serialize();
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)data.Length);
        s.Write(length);
        s.Write(data);
    }

    /// <summary>The data as it stands in a packet.</summary>
    private protected abstract ReadOnlySpan<byte> Serialize();

    /// <summary>The rest of what the constructor began to read.</summary>
    private protected byte[] ReadData(Stream s)
    {
        var data = new byte[RDLENGTH];
        s.ReadExactly(data);
        return data;
    }
}
