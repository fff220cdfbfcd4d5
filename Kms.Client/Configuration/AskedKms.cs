using System.Collections.Immutable;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>The KMS that a host asks: the one that serves its domain (262 in the seed's Fig. 2).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Addresses">Where it is reached, one at least. They are tried in turn until one answers, the last good one first.</param>
/// <param name="PublicKeys">Its keys, one at least: any of them authenticates it. With MACs exactly one.</param>
public sealed record AskedKms(DomainName Name, ImmutableArray<KmsAddress> Addresses, ImmutableArray<PublicKey> PublicKeys);
