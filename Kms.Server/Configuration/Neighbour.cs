using System.Collections.Immutable;
using System.Net;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>The upper KMS or a lower one: the seed's initial holding data 172 and 173.</summary>
public sealed class Neighbour
{
    private PairwiseKeys? _pairwise;

    /// <summary>Makes a neighbour.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="domain">The domain that a lower KMS serves; null for the upper one.</param>
    /// <param name="addresses">Where it listens: every node of a cluster.</param>
    /// <param name="keys">Its public keys, every node's; none yet: it is waited for, its packets are abandoned.</param>
    /// <param name="mode">How this KMS authenticates what it sends there.</param>
    public Neighbour(DomainName name, DomainName? domain, ImmutableArray<IPEndPoint> addresses, ImmutableArray<VerificationKey> keys, AuthenticationMode mode)
    {
        Name = name;
        Domain = domain;
        Addresses = addresses;
        Keys = keys;
        Mode = mode;
    }

    /// <summary>Its name.</summary>
    public DomainName Name { get; }

    /// <summary>The domain that a lower KMS serves; null for the upper one.</summary>
    public DomainName? Domain { get; }

    /// <summary>Whether this is a lower KMS.</summary>
    public bool IsLower => Domain is not null;

    /// <summary>Where it listens.</summary>
    public ImmutableArray<IPEndPoint> Addresses { get; }

    /// <summary>Its public keys.</summary>
    public ImmutableArray<VerificationKey> Keys { get; }

    /// <summary>How this KMS authenticates what it sends there.</summary>
    public AuthenticationMode Mode { get; }

    /// <summary>Whether the seal of a message is this neighbour's.</summary>
    internal bool HasSealed(KeyServerConfiguration configuration, MessageText text)
    {
        if (text.Seal.Kind == SealKind.Mac) return PairwiseWith(configuration) is { } pairwise && text.IsAuthenticatedBy(pairwise.Receiving);
        foreach (VerificationKey key in Keys)
        {
            if (text.IsSignedBy(key)) return true;
        }
        return false;
    }

    /// <summary>
    /// The keys of the pairwise MAC, where this side is set to it and the neighbour has one P-256 key; else null. Computed
    /// once: a neighbour belongs to one configuration.
    /// </summary>
    internal PairwiseKeys? PairwiseWith(KeyServerConfiguration configuration)
    {
        if (Mode != AuthenticationMode.Mac || Keys is not [VerificationKey key]) return null;
        PairwiseKeys? pairwise = Volatile.Read(ref _pairwise);
        if (pairwise is null)
        {
            pairwise = PairwiseKeys.TryAgree(configuration.Name, configuration.Key, Name, key.PublicKey);
            Volatile.Write(ref _pairwise, pairwise);
        }
        return pairwise;
    }
}
