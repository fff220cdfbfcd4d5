using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Simulation;

/// <summary>
/// What is true, whatever anybody says: who serves which name, who is compromised, and which key each zone had at each
/// time at which it was read. It knows nothing of messages.
/// </summary>
internal sealed class Truth(World world)
{
    private readonly HashSet<(DomainName Name, Use Use, PublicKey Key, DateTimeOffset ReadAt)> _readings = [];
    private readonly Dictionary<(DomainName Name, Use Use), TimeSpan> _publishedSince = [];
    private readonly Dictionary<(DomainName Name, Use Use, PublicKey Key), TimeSpan> _withdrawn = [];

    /// <summary>How often each thing happened, for the tally.</summary>
    public SortedDictionary<string, int> Tally { get; } = new(StringComparer.Ordinal);

    public void Happened(in JournalEvent happened) => Count(
        happened.Abandoned is { } abandoned ? $"abandoned: {abandoned}" : happened.Limit is { } limit ? $"limit: {limit}" : $"{happened.Kind}");

    public void Count(string what) => Tally[what] = Tally.GetValueOrDefault(what) + 1;

    /// <summary>A zone was read: these keys may be attested as read at that time.</summary>
    public void Read(DomainName host, IEnumerable<KeyRecord> records, DateTimeOffset at)
    {
        foreach (KeyRecord record in records)
        {
            if (record.Name == host) _readings.Add((host, record.Use, record.Key, at));
        }
    }

    /// <summary>A key now stands in the zone, in place of the one before.</summary>
    public void Published(KeyRecord record, PublicKey? replaced)
    {
        _publishedSince.TryAdd((record.Name, record.Use), world.Time.Elapsed);
        _withdrawn.Remove((record.Name, record.Use, record.Key));
        if (replaced is not null && !replaced.Equals(record.Key)) _withdrawn[(record.Name, record.Use, replaced)] = world.Time.Elapsed;
    }

    /// <summary>Since when there has been a key without a break, or null.</summary>
    public TimeSpan? PublishedSince(DomainName name, Use use) => _publishedSince.TryGetValue((name, use), out TimeSpan since) ? since : null;

    /// <summary>When a key was replaced, or null if it was not.</summary>
    public TimeSpan? Withdrawn(DomainName name, Use use, PublicKey key) => _withdrawn.TryGetValue((name, use, key), out TimeSpan at) ? at : null;

    /// <summary>The KMS that serves a name: the one with the longest domain that holds it.</summary>
    public SimulatedKms? Serving(DomainName name) =>
        world.Kmss.Where(kms => name.IsHeldBy(kms.Domain)).MaxBy(kms => kms.Domain.Value.Length);

    /// <summary>The KMSs that can lie about a name to who trusts an anchor: from the anchor down to the one that serves it. Null: the anchor is no ancestor.</summary>
    public IReadOnlyList<SimulatedKms>? ChainOf(SimulatedKms anchor, DomainName name)
    {
        List<SimulatedKms> chain = [];
        for (SimulatedKms? kms = Serving(name); kms is not null; kms = kms.Upper)
        {
            chain.Add(kms);
            if (kms == anchor) return chain;
        }
        return null;
    }

    /// <summary>The KMSs through which an inquiry of a host goes: those that can keep a key from it.</summary>
    public IReadOnlyList<SimulatedKms> RouteOf(SimulatedHost host, DomainName name)
    {
        List<SimulatedKms> route = [];
        for (SimulatedKms? kms = host.Kms; kms is not null; kms = kms.Upper)
        {
            route.Add(kms);
            if (name.IsHeldBy(kms.Domain)) break;
        }
        for (SimulatedKms? kms = Serving(name); kms is not null; kms = kms.Upper) route.Add(kms);
        return route;
    }

    /// <summary>Whether what an attestation says is true, as far as anybody honest answers for it.</summary>
    public bool IsTrue(Attestation attestation)
    {
        if (world.Kmss.FirstOrDefault(kms => kms.Name == attestation.Kms) is not { } anchor) return false;
        if (ChainOf(anchor, attestation.Name) is not { } chain) return false;
        return chain.Any(kms => kms.IsCompromised) || _readings.Contains((attestation.Name, attestation.Use, attestation.Key, attestation.At));
    }
}
