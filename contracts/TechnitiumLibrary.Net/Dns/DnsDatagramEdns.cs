using TechnitiumLibrary.Net.Dns.EDnsOptions;

namespace TechnitiumLibrary.Net.Dns;

/// <summary>What the OPT record of a message says.</summary>
public class DnsDatagramEdns
{
    private const ushort LeastUdpPayloadSize = 512;

    /// <summary>An EDNS part; a payload size below 512 counts as 512, no options as an empty list.</summary>
    public DnsDatagramEdns(ushort udpPayloadSize, DnsResponseCode extendedRCODE, byte version, EDnsHeaderFlags flags, IReadOnlyList<EDnsOption>? options)
    {
        UdpPayloadSize = Math.Max(udpPayloadSize, LeastUdpPayloadSize);
        ExtendedRCODE = extendedRCODE;
        Version = version;
        Flags = flags;
        Options = options ?? [];
    }

    /// <summary>The UDP payload that the sender can take, in bytes.</summary>
    public ushort UdpPayloadSize { get; }

    /// <summary>The RCODE with its upper bits.</summary>
    public DnsResponseCode ExtendedRCODE { get; }

    /// <summary>The version of EDNS.</summary>
    public byte Version { get; }

    /// <summary>The flags.</summary>
    public EDnsHeaderFlags Flags { get; }

    /// <summary>The options, in their order.</summary>
    public IReadOnlyList<EDnsOption> Options { get; }
}
