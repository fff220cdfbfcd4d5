using System.Buffers.Binary;
using System.Text;

namespace TechnitiumLibrary.Net.Dns.EDnsOptions;

/// <summary>An extended DNS error (RFC 8914).</summary>
public class EDnsExtendedDnsErrorOptionData : EDnsOptionData
{
    /// <summary>An error with its parts; the text may be absent.</summary>
    public EDnsExtendedDnsErrorOptionData(EDnsExtendedDnsErrorCode infoCode, string? extraText)
    {
        InfoCode = infoCode;
        ExtraText = extraText;
    }

    /// <summary>The code.</summary>
    public EDnsExtendedDnsErrorCode InfoCode { get; }

    /// <summary>A text for people; may be null.</summary>
    public string? ExtraText { get; }

    /// <inheritdoc/>
    public override int UncompressedLength => sizeof(ushort) + Encoding.UTF8.GetByteCount(ExtraText ?? "");

    internal override ReadOnlySpan<byte> Serialize()
    {
        var data = new byte[UncompressedLength];
        BinaryPrimitives.WriteUInt16BigEndian(data, (ushort)InfoCode);
        Encoding.UTF8.GetBytes(ExtraText ?? "", data.AsSpan(sizeof(ushort)));
        return data;
    }
}
