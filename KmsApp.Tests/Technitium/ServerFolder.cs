using System.Net;
using System.Text;

namespace KmsApp.Tests;

/// <summary>
/// A settings folder for a server's first start. It holds a dns.config alone, since no environment variable of the server names
/// the end points: without this file it would bind port 53 of every address.
/// </summary>
/// <remarks>
/// The file, as servers 15.0 to 15.4 write it: "DC", version 3; server domain (length byte, text); number of end points, and for each
/// 1 and four bytes, or 2 and sixteen, and the port; then every setting of the console in a fixed order. Numbers are little endian.
/// The settings here: recursion denied, no DNSSEC validation, no look-up of app updates, no blocking, no cache on disk, statistics in memory,
/// nothing limited. A server looks names up for itself all the same, even with recursion denied (nodes of a cluster, new versions of apps). It would ask
/// the root servers; so its only forwarder is a closed port of this machine, and nothing leaves the machine.
/// </remarks>
internal static class ServerFolder
{
    private const string NoForwarder = "127.0.0.1:9";

    internal static void Prepare(string folder, string serverDomain, IPEndPoint dns)
    {
        using var file = new BinaryWriter(File.Create(Path.Combine(folder, "dns.config")));
        file.Write("DC"u8);
        file.Write((byte)3);
        Text(serverDomain);
        Bytes(1, 1);
        file.Write(dns.Address.GetAddressBytes());
        file.Write((ushort)dns.Port);

        Bytes(1, 1, 0, 0, 0, 0, 32); // IPv4 source addresses: 0.0.0.0/32
        Bytes([1, 2, .. new byte[16], 128]); // IPv6 source addresses: ::/128
        Numbers(3600, 14400, 900); // TTL of records, of NS, of SOA
        Text(""); // responsible person
        Bytes(0); // serial by date
        Numbers(300, 300); // least refresh and retry
        Bytes(0, 0); // networks for zone transfer and notify
        Bytes(0); // automatic update of apps
        Bytes(0); // IPv6 for own queries
        Bytes(0, 0, 0); // pool of UDP sockets, its excluded ports
        file.Write((ushort)1232); // UDP payload
        Bytes(0); // DNSSEC validation
        Bytes(0, 24, 56, 0, 0); // client subnets
        Bytes(0, 0); // rate limits of IPv4 and of IPv6
        Numbers(5, 50); // their sample, what is truncated
        Bytes(0); // their bypass list
        Numbers(2000, 10000, 10000, 60000, 100, 100, 2048, 2048); // time-outs, backlogs, concurrency
        file.Write((ushort)100);
        Bytes(new byte[8]); // client subnet's source, protocols besides UDP and TCP
        Numbers(538, 538, 80, 853, 443, 853); // their ports
        Bytes(0); // reverse proxies
        Text(""); // certificate
        Text(""); // its password
        Text("X-Real-IP");
        Bytes(0); // TSIG keys
        Bytes(0, 0); // recursion: denied, no list
        Bytes(0, 1); // random letter case, minimal names
        Numbers(2, 1500, 2, 16); // resolver
        Bytes(0, 0); // cache on disk, stale answers
        Numbers(259200, 30, 30, 1800);
        file.Write(10000L); // cached entries
        Numbers(10, 604800, 300, 10); // their TTLs
        Numbers(2, 9, 5, 30); // prefetch
        Bytes(0, 1, 0, 1, 0); // blocking off, its report, bypass list, NXDOMAIN, no own addresses
        Numbers(30); // TTL of a blocked name
        Bytes(0); // proxy
        Bytes(1, 3, 0); // one forwarder, over UDP
        Text(NoForwarder);
        Bytes(1);
        Numbers(3, 2000, 2); // forwarding
        Bytes(0, 0, 1); // resolver log, query log, statistics in memory
        Numbers(1);

        void Bytes(params ReadOnlySpan<byte> bytes) => file.Write(bytes);

        void Numbers(params ReadOnlySpan<int> numbers)
        {
            foreach (int number in numbers) file.Write(number);
        }

        void Text(string text)
        {
            file.Write((byte)text.Length);
            file.Write(Encoding.ASCII.GetBytes(text));
        }
    }
}
