using System.Buffers.Binary;

namespace Kms.Cli;

/// <summary>Reads the strings of ssh's binary form (RFC 4251 section 5). After the first that does not fit, all are empty.</summary>
internal ref struct SshReader(ReadOnlySpan<byte> data)
{
    private const int PrefixLength = sizeof(uint);

    private ReadOnlySpan<byte> _rest = data;

    /// <summary>Whether something did not fit.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>What is not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Whether all is read, and all did fit.</summary>
    public readonly bool IsAtEnd => !HasFailed && _rest.IsEmpty;

    /// <summary>Reads a number.</summary>
    public uint ReadNumber() => BinaryPrimitives.TryReadUInt32BigEndian(Take(PrefixLength), out uint number) ? number : 0;

    /// <summary>Reads a string.</summary>
    public ReadOnlySpan<byte> ReadString() => Take(ReadNumber());

    /// <summary>Reads a positive number (mpint), without the leading zero that keeps it positive.</summary>
    public ReadOnlySpan<byte> ReadMagnitude()
    {
        ReadOnlySpan<byte> number = ReadString();
        if (number.IsEmpty || number[0] > 0x7F) HasFailed = true;
        return number.TrimStart((byte)0);
    }

    private ReadOnlySpan<byte> Take(uint length)
    {
        if (HasFailed || length > (uint)_rest.Length)
        {
            HasFailed = true;
            return default;
        }
        ReadOnlySpan<byte> taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }
}
