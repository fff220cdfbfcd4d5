using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Kms.Protocol;

/// <summary>Builds the data of the record types that a small server gives out. Names are in presentation form.</summary>
public static class DnsRdata
{
    /// <summary>The data of an A record.</summary>
    /// <param name="address">An IPv4 address.</param>
    /// <returns>Four bytes.</returns>
    /// <exception cref="ArgumentException">The address is not an IPv4 address.</exception>
    public static byte[] A(IPAddress address) => Address(address, AddressFamily.InterNetwork);

    /// <summary>The data of an AAAA record.</summary>
    /// <param name="address">An IPv6 address.</param>
    /// <returns>Sixteen bytes.</returns>
    /// <exception cref="ArgumentException">The address is not an IPv6 address.</exception>
    public static byte[] Aaaa(IPAddress address) => Address(address, AddressFamily.InterNetworkV6);

    /// <summary>The data of an MX record.</summary>
    /// <param name="preference">The preference; the least is tried first.</param>
    /// <param name="exchange">The name of the mail exchange.</param>
    /// <returns>The RDATA.</returns>
    /// <exception cref="FormatException">The name is no domain name.</exception>
    public static byte[] Mx(ushort preference, string exchange)
    {
        byte[] number = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(number, preference);
        return [.. number, .. DnsName.ToWire(exchange)];
    }

    /// <summary>The data of a TXT record.</summary>
    /// <param name="text">The text, split as <see cref="TxtData.Split(ReadOnlySpan{byte})"/> does.</param>
    /// <returns>The RDATA.</returns>
    public static byte[] Txt(ReadOnlySpan<byte> text) => TxtData.Split(text);

    /// <summary>The data of an NS record.</summary>
    /// <param name="server">The name of the name server.</param>
    /// <returns>The RDATA.</returns>
    /// <exception cref="FormatException">The name is no domain name.</exception>
    public static byte[] Ns(string server) => DnsName.ToWire(server);

    /// <summary>The data of a SOA record. All times are in seconds.</summary>
    /// <param name="primary">The primary name server.</param>
    /// <param name="mailbox">The mailbox of whoever answers for the zone, as a name.</param>
    /// <param name="serial">The zone's version.</param>
    /// <param name="refresh">How often a secondary looks for a new version.</param>
    /// <param name="retry">How soon it looks again after a failure.</param>
    /// <param name="expire">When it stops answering without a refresh.</param>
    /// <param name="minimum">How long a "no such record" may be kept.</param>
    /// <returns>The RDATA.</returns>
    /// <exception cref="FormatException">One of the names is no domain name.</exception>
    public static byte[] Soa(
        string primary, string mailbox, uint serial, uint refresh, uint retry, uint expire, uint minimum)
    {
        byte[] numbers = new byte[20];
        BinaryPrimitives.WriteUInt32BigEndian(numbers, serial);
        BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(4), refresh);
        BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(8), retry);
        BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(12), expire);
        BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(16), minimum);
        return [.. DnsName.ToWire(primary), .. DnsName.ToWire(mailbox), .. numbers];
    }

    private static byte[] Address(IPAddress address, AddressFamily family)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.AddressFamily == family
            ? address.GetAddressBytes()
            : throw new ArgumentException($"{address} has the wrong family.", nameof(address));
    }
}
