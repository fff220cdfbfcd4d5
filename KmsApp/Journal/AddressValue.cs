using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace KmsApp;

/// <summary>An IP address as a value.</summary>
internal readonly record struct AddressValue
{
    private readonly UInt128 _bits;
    private readonly long _scope;
    private readonly bool _isIPv6;

    private AddressValue(UInt128 bits, long scope, bool isIPv6) => (_bits, _scope, _isIPv6) = (bits, scope, isIPv6);

    /// <summary>The value of an address.</summary>
    public static AddressValue Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bool isIPv6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        address.TryWriteBytes(bytes, out _);
        return isIPv6
            ? new AddressValue(BinaryPrimitives.ReadUInt128BigEndian(bytes), address.ScopeId, true)
            : new AddressValue(BinaryPrimitives.ReadUInt32BigEndian(bytes), 0, false);
    }

    /// <summary>The address.</summary>
    public IPAddress ToAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (_isIPv6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, _bits);
            return new IPAddress(bytes, _scope);
        }
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)_bits);
        return new IPAddress(bytes[..4]);
    }
}
