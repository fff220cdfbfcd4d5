using System.Net;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>Addresses and networks as people write them on the command line, before they stand in another program's file.</summary>
internal static class NetworkText
{
    /// <summary>Reads networks or addresses joined by commas.</summary>
    /// <exception cref="FormatException">One of them is neither.</exception>
    public static string Networks(IEnumerable<string> texts) => string.Join(", ", texts.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries)).Select(Network));

    /// <summary>Reads an IP address or a domain name.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static string Host(string text) => IPAddress.TryParse(text, out IPAddress? address) ? address.ToString() : DomainName.Parse(text).Value;

    /// <summary>Reads a host and perhaps a port; writes both, an IPv6 address in brackets.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static string HostAndPort(string text, int defaultPort)
    {
        if (IPEndPoint.TryParse(text, out IPEndPoint? endpoint)) return (endpoint.Port == 0 ? new IPEndPoint(endpoint.Address, defaultPort) : endpoint).ToString();
        string[] parts = text.Split(':');
        return parts switch
        {
            [var host] => $"{Host(host)}:{defaultPort}",
            [var host, var port] when ushort.TryParse(port, System.Globalization.NumberStyles.None, null, out ushort number) && number != 0 => $"{Host(host)}:{number}",
            _ => throw new FormatException($"\"{text}\" is no endpoint: write HOST or HOST:PORT, such as host-b.c.a.xx, 192.0.2.2:51820 or [2001:db8::2]:51820."),
        };
    }

    private static string Network(string text) => IPNetwork.TryParse(text, out IPNetwork network) ? network.ToString()
        : IPAddress.TryParse(text, out IPAddress? address) ? address.ToString()
        : throw new FormatException($"\"{text}\" is no network: write an address or a network, such as 10.2.0.1, 10.2.0.0/24 or 2001:db8:2::/48.");
}
