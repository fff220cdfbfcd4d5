namespace Kms.Protocol;

/// <summary>An EDNS option (RFC 6891, section 6.1.2). Equal options have equal data, byte by byte.</summary>
/// <param name="Code">The option's number.</param>
/// <param name="Data">The option's data, 65,535 bytes at most.</param>
public sealed record EdnsOption(ushort Code, ReadOnlyMemory<byte> Data)
{
    /// <inheritdoc/>
    public bool Equals(EdnsOption? other) =>
        other is not null && Code == other.Code && Data.Span.SequenceEqual(other.Data.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Code, Data.Length);
}
