using System.Collections.Immutable;
using System.Net;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>
/// What a host knows from the start: the initial holding data, 26 in the seed's Fig. 2. Whether it can be used is said
/// by the <see cref="KmsClient"/> that takes it.
/// </summary>
public sealed record KmsClientConfiguration
{
    /// <summary>The host's own name: the seed's D(A).</summary>
    public required DomainName Name { get; init; }

    /// <summary>The host's private key: the seed's T(A). Its owner disposes of it, when no client uses it any more.</summary>
    public required SigningKey Key { get; init; }

    /// <summary>The KMS that is asked.</summary>
    public required AskedKms Kms { get; init; }

    /// <summary>Whom this host believes, the preferred ones first among those of the same domain. Without any, no key is found.</summary>
    public required ImmutableArray<TrustAnchor> TrustAnchors { get; init; }

    /// <summary>How the host and its KMS authenticate to each other; attestations are signed in either case.</summary>
    public SealKind Authentication { get; init; } = SealKind.Signature;

    /// <summary>
    /// The host's address as its inquiries name it, for the journal of the KMS: the seed's IP(A). Null: the local
    /// address toward the KMS, with the port of DNS.
    /// </summary>
    public IPEndPoint? Address { get; init; }
}
