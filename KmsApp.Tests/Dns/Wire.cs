using System.Buffers.Binary;

namespace KmsApp.Tests;

/// <summary>Builds DNS packets byte by byte, good and bad, without the code under test.</summary>
internal sealed class Wire
{
    private readonly List<byte> _bytes = [];

    /// <summary>The offset at which the next byte will stand.</summary>
    internal int Position => _bytes.Count;

    /// <summary>Starts a packet with the given header.</summary>
    internal static Wire Header(int flags, int questions, int answers = 0, int authorities = 0, int additionals = 0) =>
        new Wire().UInt16(0x1234).UInt16(flags).UInt16(questions).UInt16(answers).UInt16(authorities).UInt16(additionals);

    internal static byte[] FromHex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    internal Wire UInt16(int value)
    {
        _bytes.Add((byte)(value >> 8));
        _bytes.Add((byte)(value & 0xFF));
        return this;
    }

    internal Wire UInt32(uint value) => UInt16((int)(value >> 16)).UInt16((int)(value & 0xFFFF));

    internal Wire Bytes(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>A label, without the end of the name.</summary>
    internal Wire Label(string label) => Bytes((byte)label.Length).Bytes(System.Text.Encoding.Latin1.GetBytes(label));

    /// <summary>A whole name of plain labels.</summary>
    internal Wire Name(string name)
    {
        foreach (string label in name.Split('.')) Label(label);
        return Bytes(0);
    }

    internal Wire Pointer(int target) => UInt16(0xC000 | target);

    internal Wire TypeAndClass(int type, int @class = 1) => UInt16(type).UInt16(@class);

    /// <summary>Type, class IN, TTL 300 and the data, after an owner.</summary>
    internal Wire Rest(int type, params ReadOnlySpan<byte> data) =>
        TypeAndClass(type).UInt32(300).UInt16(data.Length).Bytes(data);

    /// <summary>Writes over two bytes that stand already.</summary>
    internal Wire Overwrite(int offset, int value)
    {
        _bytes[offset] = (byte)(value >> 8);
        _bytes[offset + 1] = (byte)(value & 0xFF);
        return this;
    }

    internal byte[] ToArray() => [.. _bytes];

    internal static ushort Id(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt16BigEndian(packet);
}
