using System.Net;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>Where a delivery may be sent: no KMS is a reflector (docs/PROTOCOL.md section 7, "reply").</summary>
internal static class ReplyRules
{
    /// <summary>Whether the <c>reply</c> of a neighbour's request may be used.</summary>
    /// <param name="configuration">This KMS.</param>
    /// <param name="reply">The address and port.</param>
    /// <param name="origin">The neighbour, where it is the one that waits itself; else null.</param>
    /// <param name="own">Where deliveries reach this KMS itself.</param>
    public static bool Allow(KeyServerConfiguration configuration, IPEndPoint reply, Neighbour? origin, IPEndPoint? own)
    {
        if (!IsUnicast(reply.Address) || reply.Equals(own)) return false;
        if (origin is not null && !origin.Addresses.Contains(reply)) return false;
        foreach (DeliveryTarget target in configuration.DeliverTo)
        {
            if (target.Covers(reply)) return true;
        }
        foreach (Neighbour neighbour in configuration.Neighbours)
        {
            if (neighbour.Addresses.Contains(reply)) return true;
        }
        if (reply.Port != Spec.DnsPort) return false;
        Reach reach = ReachOf(reply.Address);
        return reach == Reach.Public
            || configuration.Neighbours.Any(neighbour => neighbour.Addresses.Any(address => ReachOf(address.Address) == reach));
    }

    private enum Reach
    {
        Public,
        Private,
        Loopback,
    }

    private static bool IsUnicast(IPAddress address)
    {
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.IsIPv4MappedToIPv6) return false;
        Span<byte> bytes = stackalloc byte[16];
        return IsIPv4(address, bytes)
            ? bytes[0] is > 0 and < 224 && !(bytes[0] == 169 && bytes[1] == 254)
            : !address.IsIPv6LinkLocal && !address.IsIPv6Multicast && address.ScopeId == 0;
    }

    private static Reach ReachOf(IPAddress address)
    {
        if (IPAddress.IsLoopback(address)) return Reach.Loopback;
        Span<byte> bytes = stackalloc byte[16];
        bool isPrivate = IsIPv4(address, bytes)
            ? bytes[0] == 10
                || (bytes[0] == 172 && (bytes[1] & 0xF0) == 16)
                || (bytes[0] == 192 && bytes[1] == 168)
                || (bytes[0] == 100 && (bytes[1] & 0xC0) == 64) // shared address space (RFC 6598)
            : address.IsIPv6UniqueLocal || address.IsIPv6SiteLocal;
        return isPrivate ? Reach.Private : Reach.Public;
    }

    private static bool IsIPv4(IPAddress address, Span<byte> bytes) => address.TryWriteBytes(bytes, out int length) && length == 4;
}
