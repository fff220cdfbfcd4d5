namespace TechnitiumLibrary.Net.Dns.ResourceRecords;

/// <summary>Data of a type that nobody here looks into, as bytes.</summary>
public class DnsUnknownRecordData : DnsResourceRecordData
{
    /// <summary>Data of these bytes.</summary>
    public DnsUnknownRecordData(byte[] data) => DATA = data;

    /// <summary>Data that came in a packet: its length in two bytes, then the data.</summary>
    public DnsUnknownRecordData(Stream s)
        : base(s) => DATA = ReadData(s);

    /// <summary>The bytes.</summary>
    public byte[] DATA { get; }

    /// <inheritdoc/>
    public override int UncompressedLength => DATA.Length;

    private protected override ReadOnlySpan<byte> Serialize() => DATA;
}
