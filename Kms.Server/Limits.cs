namespace Kms.Server;

/// <summary>
/// Every bound of a key server that is a choice of its administrator. The protocol's own numbers are in
/// <see cref="Protocol.Spec"/>. A rate is a count for each second; a burst is what may come at once.
/// </summary>
public sealed record Limits
{
    /// <summary>Attestations in the key table; the one that ends first gives way.</summary>
    public int KeyTableEntries { get; init; } = 100_000;

    /// <summary>Inquiries of its own under way at the same time: those that hosts wait for, and renewals.</summary>
    public int PendingInquiries { get; init; } = 10_000;

    /// <summary>Inquiries under way at which no renewal is added to them: the other half is for hosts that wait.</summary>
    public int PendingRenewals => PendingInquiries / 2;

    /// <summary>Requests of neighbours that are being passed on at the same time; one neighbour has no more than are free.</summary>
    public int RelaysUnderWay { get; init; } = 10_000;

    /// <summary>Requests remembered for one host, against replay.</summary>
    public int ReplayEntriesForHost { get; init; } = 4_096;

    /// <summary>Requests remembered for one neighbour, against replay.</summary>
    public int ReplayEntriesForNeighbour { get; init; } = 1_048_576;

    /// <summary>Requests remembered for all senders together, against replay.</summary>
    public int ReplayEntries { get; init; } = 4_194_304;

    /// <summary>Hosts whose keys are kept at hand.</summary>
    public int KnownHosts { get; init; } = 100_000;

    /// <summary>Names without a key that are remembered as such.</summary>
    public int KnownMisses { get; init; } = 10_000;

    /// <summary>Look-ups in the server's own zones at the same time.</summary>
    public int ZoneLookups { get; init; } = 256;

    /// <summary>Signed refusals kept to serve again.</summary>
    public int SignedRefusals { get; init; } = 4_096;

    /// <summary>How long the keys of a host count as read; after a change in its zone the old key lives this long here.</summary>
    public TimeSpan KeyRefresh { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the last good keys of a host serve while its zone cannot be read.</summary>
    public TimeSpan KeyStale { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Signature checks for one host over UDP, while its keys are at hand.</summary>
    public Rate ChecksForHost { get; init; } = new(50, 200);

    /// <summary>Signature checks that fail over UDP in the names of hosts, for all hosts together, and as many in the names of neighbours at their addresses; those under way count until they are good.</summary>
    public Rate FailedChecks { get; init; } = new(200, 1_000);

    /// <summary>Signature checks for one neighbour at its addresses: over UDP, and once more over TCP and TLS.</summary>
    public Rate ChecksForNeighbour { get; init; } = new(4_000, 8_000);

    /// <summary>Checks over UDP for everyone else together: neighbours elsewhere, and names whose keys are not at hand.</summary>
    public Rate ChecksForOthers { get; init; } = new(500, 1_000);

    /// <summary>Signature checks for one IPv4 address, or one /64 of IPv6, over TCP or TLS.</summary>
    public Rate ChecksForAddress { get; init; } = new(200, 400);

    /// <summary>Responses to one IPv4 address, or one /64 of IPv6, that send it from UDP to TCP where a share of checks is used up; beyond, there is none: a host goes there by itself.</summary>
    public Rate TruncationsForAddress { get; init; } = new(50, 200);

    /// <summary>Signatures made for one host.</summary>
    public Rate SignaturesForHost { get; init; } = new(20, 100);

    /// <summary>Signatures made for one neighbour.</summary>
    public Rate SignaturesForNeighbour { get; init; } = new(4_000, 8_000);

    /// <summary>Inquiries sent on for one host, and as many again that renew what it asks for.</summary>
    public Rate InquiriesForHost { get; init; } = new(20, 100);

    /// <summary>Deliveries for one neighbour to one destination.</summary>
    public Rate DeliveriesToDestination { get; init; } = new(1_000, 4_000);

    /// <summary>Senders, addresses or destinations whose rates are kept apart; beyond, they share one.</summary>
    public int RateEntries { get; init; } = 65_536;
}
