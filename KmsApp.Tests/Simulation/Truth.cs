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
    private readonly Dictionary<(DomainName Name, Use Use, PublicKey Key), List<KeyRecord>> _windows = [];
    private readonly Dictionary<(DomainName Name, Use Use), TimeSpan> _publishedSince = [];
    private readonly Dictionary<(DomainName Name, Use Use), TimeSpan> _without = [];
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

    /// <summary>A key now stands in a zone.</summary>
    public void Published(KeyRecord record)
    {
        (DomainName, Use, PublicKey) key = (record.Name, record.Use, record.Key);
        if (!_windows.TryGetValue(key, out List<KeyRecord>? windows)) _windows[key] = windows = [];
        windows.Add(record);
        _withdrawn.Remove(key);
        _without.Remove((record.Name, record.Use));
        if (record is { NotBefore: null, Expires: null }) _publishedSince.TryAdd((record.Name, record.Use), world.Time.Elapsed);
    }

    /// <summary>A key no longer stands in a zone; others for its use may follow at once.</summary>
    public void Withdrew(KeyRecord record)
    {
        _withdrawn[(record.Name, record.Use, record.Key)] = world.Time.Elapsed;
        _without[(record.Name, record.Use)] = world.Time.Elapsed;
        _publishedSince.Remove((record.Name, record.Use));
    }

    /// <summary>Since when there has been a key without a break, or null.</summary>
    public TimeSpan? PublishedSince(DomainName name, Use use) => _publishedSince.TryGetValue((name, use), out TimeSpan since) ? since : null;

    /// <summary>Since when there has been no key at all, or null.</summary>
    public TimeSpan? WithoutKeySince(DomainName name, Use use) => _without.TryGetValue((name, use), out TimeSpan since) ? since : null;

    /// <summary>When a key was taken out of its zone, or null if it was not.</summary>
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
        return chain.Any(kms => kms.IsCompromised)
            || (_readings.Contains((attestation.Name, attestation.Use, attestation.Key, attestation.At)) && LiesInItsTime(attestation));
    }

    /// <summary>
    /// Whether an attestation is of a time for which its key was published. Its 'at' is when the zone was read, and so may be before
    /// the key's own time by as long as a reading serves.
    /// </summary>
    private bool LiesInItsTime(Attestation attestation)
    {
        TimeSpan serves = world.Limits.KeyRefresh + (world.Plan.ZoneTrouble ? world.Limits.KeyStale : TimeSpan.Zero);
        return _windows[(attestation.Name, attestation.Use, attestation.Key)]
            .Exists(record => !(attestation.Expires > record.Expires) && !(attestation.At + serves < record.NotBefore));
    }
}
