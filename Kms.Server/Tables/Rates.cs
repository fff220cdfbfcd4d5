using System.Net;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>What each party has used up of its rates. They live across configurations.</summary>
internal sealed class Rates(int capacity, TimeProvider time)
{
    /// <summary>Checks, by sender.</summary>
    public TokenBuckets<DomainName> Checks { get; } = new(capacity, time);

    /// <summary>Of one key: the checks of hosts that are under way or have failed.</summary>
    public TokenBuckets<DomainName> FailedChecks { get; } = new(capacity: 1, time);

    /// <summary>Checks over a stream, by address.</summary>
    public TokenBuckets<IPAddress> Addresses { get; } = new(capacity, time);

    /// <summary>Responses that send an address to TCP.</summary>
    public TokenBuckets<IPAddress> Truncations { get; } = new(capacity, time);

    /// <summary>Signatures, by who causes them.</summary>
    public TokenBuckets<DomainName> Signatures { get; } = new(capacity, time);

    /// <summary>Inquiries sent on, by host.</summary>
    public TokenBuckets<DomainName> Inquiries { get; } = new(capacity, time);

    /// <summary>Renewals, by host.</summary>
    public TokenBuckets<DomainName> Renewals { get; } = new(capacity, time);

    /// <summary>Deliveries, by neighbour and destination.</summary>
    public TokenBuckets<(DomainName, IPEndPoint)> Deliveries { get; } = new(capacity, time);

    /// <summary>Changes how many parties are told apart (<see cref="Limits.RateEntries"/>).</summary>
    public void Resize(int entries) => Checks.Capacity = Addresses.Capacity = Truncations.Capacity = Signatures.Capacity = Inquiries.Capacity = Renewals.Capacity = Deliveries.Capacity = entries;
}
