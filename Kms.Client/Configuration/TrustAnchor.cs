using System.Collections.Immutable;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>A KMS whose attestations a host believes: the seed's KMS(A) (263 in Fig. 2).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Domain">The domain that it serves: it is asked about names that this domain holds, and no others.</param>
/// <param name="PublicKeys">Its keys, one at least: any of them verifies its attestations.</param>
public sealed record TrustAnchor(DomainName Name, DomainName Domain, ImmutableArray<PublicKey> PublicKeys);
