using System.Collections.Immutable;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>A KMS whose attestations this one checks before it keeps them: the seed's initial holding data.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Domain">The domain that it serves.</param>
/// <param name="Keys">Its public keys.</param>
public sealed record TrustedKms(DomainName Name, DomainName Domain, ImmutableArray<VerificationKey> Keys);
