using System.Buffers.Binary;
using System.Net;

namespace Kms.Server;

/// <summary>
/// Whose packets are counted together: an IPv4 address (also one that is mapped into IPv6), or the first 64 bits of an IPv6
/// address, which is what one party mostly has of these.
/// </summary>
/// <param name="Bits">The address, or its first 64 bits.</param>
/// <param name="IsIPv4">Which of the two.</param>
internal readonly record struct SourceNetwork(ulong Bits, bool IsIPv4)
{
    private const int Size = 16;

    /// <summary>The network of an address. Nothing is allocated.</summary>
    public static SourceNetwork Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[Size];
        address.TryWriteBytes(bytes, out int length);
        return length == sizeof(uint) || address.IsIPv4MappedToIPv6
            ? new(BinaryPrimitives.ReadUInt32BigEndian(bytes[(length - sizeof(uint))..]), IsIPv4: true)
            : new(BinaryPrimitives.ReadUInt64BigEndian(bytes), IsIPv4: false);
    }
}
