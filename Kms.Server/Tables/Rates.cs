using System.Net;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>What each party has used up of its rates. They live across configurations.</summary>
internal sealed class Rates(int capacity, TimeProvider time)
{
    /// <summary>Checks, by sender.</summary>
    public TokenBuckets<DomainName> Checks { get; } = new(capacity, time);

    /// <summary>The checks that are under way or have failed: those of neighbours (true), and those of hosts.</summary>
    public TokenBuckets<bool> FailedChecks { get; } = new(capacity: 2, time);

    /// <summary>Checks over a stream, by network; those of a neighbour at its addresses apart from others there.</summary>
    public TokenBuckets<(DomainName, SourceNetwork)> Addresses { get; } = new(capacity, time);

    /// <summary>Responses that send an address to TCP.</summary>
    public TokenBuckets<SourceNetwork> Truncations { get; } = new(capacity, time);

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
