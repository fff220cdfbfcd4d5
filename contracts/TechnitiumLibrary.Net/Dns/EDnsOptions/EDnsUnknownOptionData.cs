namespace TechnitiumLibrary.Net.Dns.EDnsOptions;

/// <summary>Data of an option that nobody here looks into, as bytes.</summary>
public class EDnsUnknownOptionData : EDnsOptionData
{
    /// <summary>Data of these bytes.</summary>
    public EDnsUnknownOptionData(byte[] data) => Data = data;

    /// <summary>The bytes.</summary>
    public byte[] Data { get; }

    /// <inheritdoc/>
    public override int UncompressedLength => Data.Length;

    internal override ReadOnlySpan<byte> Serialize() => Data;
}
