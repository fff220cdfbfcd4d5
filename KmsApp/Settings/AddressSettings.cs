using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp;

/// <summary>
/// Addresses and networks in dnsApp.config: <c>192.0.2.1</c>, <c>192.0.2.1:5353</c>, <c>2001:db8::1</c>, <c>[2001:db8::1]:5353</c>;
/// <c>192.0.2.0/24</c>, <c>192.0.2.0/24:5353</c>, <c>2001:db8::/32</c>, <c>[2001:db8::/32]:5353</c>. Without a port, 53.
/// </summary>
internal static class AddressSettings
{
    private const int MostAddresses = 64;

    /// <summary>Reads the address of a server.</summary>
    /// <exception cref="SettingsException">It is none.</exception>
    public static IPEndPoint Endpoint(SettingNode node)
    {
        string text = node.Text("192.0.2.1");
        if (!TrySplit(text, out string? host, out int port) || !TryParse(host, out IPAddress? address))
            throw node.Fault($"\"{text}\" is no address; write IP or IP:port, such as \"192.0.2.1\", \"192.0.2.1:5353\" or \"[2001:db8::1]:5353\"");
        return IsOneMachine(address) ? new IPEndPoint(address, port)
            : throw node.Fault($"\"{text}\" is not the address of one machine; unspecified, link-local, multicast and IPv4-mapped addresses are none");
    }

    /// <summary>Reads the addresses of a neighbour.</summary>
    /// <exception cref="SettingsException">There is none, or one is bad, or one stands twice.</exception>
    public static ImmutableArray<IPEndPoint> Endpoints(SettingNode node)
    {
        ImmutableArray<IPEndPoint>.Builder endpoints = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (SettingNode item in node.Items())
        {
            IPEndPoint endpoint = Endpoint(item);
            if (endpoints.Contains(endpoint)) throw item.Fault($"{endpoint} stands twice; write it once");
            endpoints.Add(endpoint);
        }
        return endpoints.Count is > 0 and <= MostAddresses ? endpoints.ToImmutable()
            : throw node.Fault($"{endpoints.Count} addresses; write from 1 to {MostAddresses}, such as [\"192.0.2.1\"]");
    }

    /// <summary>Reads an entry of <c>deliverTo</c>.</summary>
    /// <exception cref="SettingsException">It is none.</exception>
    public static DeliveryTarget Target(SettingNode node)
    {
        string text = node.Text("192.0.2.0/24");
        if (TrySplit(text, out string? network, out int port))
        {
            int slash = network.IndexOf('/', StringComparison.Ordinal);
            if (TryParse(slash < 0 ? network : network[..slash], out IPAddress? address))
            {
                if (slash < 0) return new DeliveryTarget(new IPNetwork(address, address.GetAddressBytes().Length * 8), port);
                if (IPNetwork.TryParse(network, out IPNetwork parsed) && parsed.BaseAddress.Equals(address)) return new DeliveryTarget(parsed, port);
            }
        }
        throw node.Fault(
            $"\"{text}\" is no network; write its first address, its length, and perhaps a port, such as \"192.0.2.0/24\", \"192.0.2.0/24:5353\" or \"[2001:db8::/32]:5353\"");
    }

    /// <summary>Takes the port off; an IPv6 address before a port stands in brackets.</summary>
    private static bool TrySplit(string text, [NotNullWhen(true)] out string? host, out int port)
    {
        (host, port) = (text, Spec.DnsPort);
        int colon = text.LastIndexOf(':');
        if (text[0] == '[')
        {
            int bracket = text.IndexOf(']', StringComparison.Ordinal);
            if (bracket < 0) return false;
            host = text[1..bracket];
            if (bracket == text.Length - 1) return host.Contains(':', StringComparison.Ordinal);
            return colon == bracket + 1 && host.Contains(':', StringComparison.Ordinal) && TryPort(text[(colon + 1)..], out port);
        }
        if (colon < 0 || text.IndexOf(':', StringComparison.Ordinal) != colon) return true; // none, or a bare IPv6 address
        host = text[..colon];
        return TryPort(text[(colon + 1)..], out port);
    }

    private static bool TryPort(string text, out int port)
    {
        bool isNumber = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) && number > 0;
        port = number;
        return isNumber;
    }

    /// <summary>The platform's parser also takes "1.2" and "010.1.1.1" as IPv4; only the one spelling counts.</summary>
    private static bool TryParse(string text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address)
        && (address.AddressFamily == AddressFamily.InterNetworkV6
            ? text.Contains(':', StringComparison.Ordinal) && !text.Contains('%', StringComparison.Ordinal)
            : address.ToString() == text);

    private static bool IsOneMachine(IPAddress address)
    {
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.IsIPv4MappedToIPv6) return false;
        byte[] bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? !address.IsIPv6LinkLocal && !address.IsIPv6Multicast
            : bytes[0] is > 0 and < 224 && !(bytes[0] == 169 && bytes[1] == 254);
    }
}
