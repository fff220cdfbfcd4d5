using System.Buffers.Binary;

namespace Kms.Protocol;

/// <summary>128 random bits that name an inquiry, from whoever starts it (docs/PROTOCOL.md section 4).</summary>
public readonly record struct InquiryId
{
    /// <summary>The size of an id, in bytes.</summary>
    public const int Size = 16;

    private readonly UInt128 _value;

    /// <summary>Makes an id of 16 bytes.</summary>
    /// <param name="bytes">Exactly <see cref="Size"/> bytes.</param>
    public InquiryId(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size);
        _value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>Writes the 16 bytes.</summary>
    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, _value);

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        CopyTo(bytes);
        return Convert.ToBase64String(bytes);
    }
}
