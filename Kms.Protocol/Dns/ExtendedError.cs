using System.Buffers.Binary;
using System.Text;

namespace Kms.Protocol;

/// <summary>An extended DNS error (RFC 8914): why a response is as it is. It is for people, and proves nothing.</summary>
/// <param name="Code">The code.</param>
/// <param name="Text">A text for people, possibly empty.</param>
public sealed record ExtendedError(ExtendedErrorCode Code, string Text = "")
{
    internal const ushort OptionCode = 15;

    /// <summary>The EDNS option that carries this error.</summary>
    /// <returns>A new option.</returns>
    public EdnsOption ToOption()
    {
        byte[] data = new byte[2 + Encoding.UTF8.GetByteCount(Text)];
        BinaryPrimitives.WriteUInt16BigEndian(data, (ushort)Code);
        Encoding.UTF8.GetBytes(Text, data.AsSpan(2));
        return new EdnsOption(OptionCode, data);
    }

    internal static ExtendedError? FromOption(EdnsOption option)
    {
        ReadOnlySpan<byte> data = option.Data.Span;
        if (option.Code != OptionCode || data.Length < 2) return null;
        // RFC 8914, section 2: the text may end in NUL, which is not part of it.
        return new ExtendedError(
            (ExtendedErrorCode)BinaryPrimitives.ReadUInt16BigEndian(data),
            Encoding.UTF8.GetString(data[2..].TrimEnd((byte)0)));
    }
}
