using System.Collections.Immutable;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>A host whose keys stand in the configuration instead of a zone.</summary>
/// <param name="Name">The host.</param>
/// <param name="Use">What the keys are for.</param>
/// <param name="Keys">The keys; the first is attested, any authenticates the host.</param>
public sealed record ConfiguredHost(DomainName Name, Use Use, ImmutableArray<PublicKey> Keys);
