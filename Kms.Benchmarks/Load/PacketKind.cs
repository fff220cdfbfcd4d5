namespace Kms.Benchmarks;

/// <summary>What a load is made of.</summary>
internal enum PacketKind
{
    /// <summary>An inquiry that the key table answers.</summary>
    Warm,

    /// <summary>An inquiry about a host in another domain that nobody asked about before.</summary>
    Cold,

    /// <summary>An inquiry about a name in another domain that has no key.</summary>
    Unsolved,

    /// <summary>An inquiry in the name of a known host whose seal is not that host's.</summary>
    Forged,

    /// <summary>A genuine inquiry, sent again and again: eight times it is answered, then dropped.</summary>
    Replayed,

    /// <summary>A packet that bears the head and no message.</summary>
    Malformed,

    /// <summary>An ordinary query for a TXT record of the server's own zone.</summary>
    Txt,

    /// <summary>An ordinary query for an address in the server's own zone.</summary>
    A,

    /// <summary>An ordinary query for a key that stands in DNS, checked by DNSSEC.</summary>
    Ipseckey,
}
