using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>
/// What a key server is told: the seed's initial holding data 17. Immutable; a new one takes the place of the old as a
/// whole. Who builds it has checked it: names are distinct, lower domains lie strictly below <see cref="Domain"/>.
/// </summary>
public sealed class KeyServerConfiguration
{
    private readonly FrozenDictionary<DomainName, Neighbour> _neighbours;
    private readonly FrozenDictionary<DomainName, TrustedKms> _trusted;
    private readonly FrozenDictionary<(DomainName, Use), ConfiguredHost> _hosts;
    private readonly FrozenSet<DomainName> _hostNames;

    /// <summary>Makes a configuration.</summary>
    /// <param name="name">This KMS.</param>
    /// <param name="domain">The network domain that it serves.</param>
    /// <param name="key">Its key: it signs everything this KMS says.</param>
    /// <param name="verificationKey">The same key's public half.</param>
    /// <param name="upper">The upper KMS, if there is one.</param>
    /// <param name="lower">The lower KMSs.</param>
    /// <param name="trusted">KMSs whose attestations this one checks.</param>
    /// <param name="hosts">Hosts whose keys do not stand in a zone.</param>
    /// <exception cref="ArgumentException">Two neighbours have the same name, or one has this KMS's own.</exception>
    public KeyServerConfiguration(
        DomainName name,
        DomainName domain,
        SigningKey key,
        VerificationKey verificationKey,
        Neighbour? upper,
        ImmutableArray<Neighbour> lower,
        ImmutableArray<TrustedKms> trusted,
        ImmutableArray<ConfiguredHost> hosts)
    {
        ArgumentNullException.ThrowIfNull(key);
        Name = name;
        Domain = domain;
        Key = key;
        VerificationKey = verificationKey;
        Upper = upper;
        Lower = lower;
        Trusted = trusted;
        Neighbours = upper is null ? lower : [upper, .. lower];
        _neighbours = Neighbours.ToFrozenDictionary(n => n.Name);
        if (_neighbours.ContainsKey(name)) throw new ArgumentException("A KMS is not its own neighbour.", nameof(lower));
        _trusted = trusted.ToFrozenDictionary(t => t.Name);
        _hosts = hosts.ToFrozenDictionary(h => (h.Name, h.Use));
        _hostNames = hosts.Select(h => h.Name).ToFrozenSet();
    }

    /// <summary>This KMS.</summary>
    public DomainName Name { get; }

    /// <summary>The network domain that it serves.</summary>
    public DomainName Domain { get; }

    /// <summary>Its key.</summary>
    public SigningKey Key { get; }

    /// <summary>Its key's public half.</summary>
    public VerificationKey VerificationKey { get; }

    /// <summary>The upper KMS, if there is one.</summary>
    public Neighbour? Upper { get; }

    /// <summary>The lower KMSs.</summary>
    public ImmutableArray<Neighbour> Lower { get; }

    /// <summary>KMSs whose attestations this one checks.</summary>
    public ImmutableArray<TrustedKms> Trusted { get; }

    /// <summary>The upper KMS and the lower ones.</summary>
    public ImmutableArray<Neighbour> Neighbours { get; }

    /// <summary>Where deliveries reach this server; null: the local address toward the neighbour, port 53.</summary>
    public IPEndPoint? Address { get; init; }

    /// <summary>The public keys of this KMS's other nodes, where it is a cluster: each node has its own.</summary>
    public ImmutableArray<VerificationKey> SiblingKeys { get; init; } = [];

    /// <summary>Where deliveries reach the other nodes.</summary>
    public ImmutableArray<IPEndPoint> SiblingAddresses { get; init; } = [];

    /// <summary>Where deliveries may go besides port 53 of public and configured addresses.</summary>
    public ImmutableArray<DeliveryTarget> DeliverTo { get; init; } = [];

    /// <summary>How hosts may authenticate themselves besides by signatures, and how neighbours are spoken to unless they say otherwise.</summary>
    public AuthenticationMode Authentication { get; init; }

    /// <summary>How long an attestation by this KMS counts; a day at most.</summary>
    public TimeSpan AttestationLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a host's inquiry is held.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>The bounds of tables, rates and loops.</summary>
    public Limits Limits { get; init; } = new();

    /// <summary>The neighbour of that name, or null.</summary>
    public Neighbour? FindNeighbour(DomainName name) => _neighbours.GetValueOrDefault(name);

    /// <summary>Whether a name is that of a KMS in this configuration, which is never a host.</summary>
    public bool IsKms(DomainName name) => name == Name || _neighbours.ContainsKey(name) || _trusted.ContainsKey(name);

    /// <summary>The keys of a KMS where they are known: its own, a trusted KMS's, a neighbour's; else none.</summary>
    public ImmutableArray<VerificationKey> KeysOf(DomainName kms)
    {
        if (kms == Name) return SiblingKeys.Insert(0, VerificationKey);
        if (_trusted.TryGetValue(kms, out TrustedKms? trusted)) return trusted.Keys;
        return _neighbours.TryGetValue(kms, out Neighbour? neighbour) ? neighbour.Keys : [];
    }

    /// <summary>Whether the key that verified an entry of the key table is still its anchor's.</summary>
    internal bool Trusts(KeyTableEntry entry)
    {
        foreach (VerificationKey key in KeysOf(entry.Attestation.Kms))
        {
            if (key.PublicKey.Equals(entry.VerifiedBy)) return true;
        }
        return false;
    }

    /// <summary>The domain of a KMS where it is known, or null.</summary>
    public DomainName? DomainOf(DomainName kms)
    {
        if (kms == Name) return Domain;
        if (_trusted.TryGetValue(kms, out TrustedKms? trusted)) return trusted.Domain;
        return _neighbours.TryGetValue(kms, out Neighbour? neighbour) ? neighbour.Domain : null;
    }

    /// <summary>The configured keys of a host for a use, or null.</summary>
    public ConfiguredHost? FindHost(DomainName name, Use use) => _hosts.GetValueOrDefault((name, use));

    /// <summary>Whether any keys of a host stand in the configuration.</summary>
    public bool HasHost(DomainName name) => _hostNames.Contains(name);
}
