using Kms.Protocol;

namespace Kms.Server;

/// <summary>A request that passed every check.</summary>
/// <param name="Carried">The request.</param>
/// <param name="Sender">Who sent it.</param>
/// <param name="Pairwise">The key of a host that asked with a MAC: it is answered in the way it asked.</param>
/// <param name="Attested">What an attested delivery brought, checked.</param>
/// <param name="Origin">Where it came from, for the journal, and when.</param>
internal sealed record Genuine(Carried Carried, Sender Sender, PairwiseKey? Pairwise, KeyTableEntry? Attested, Origin Origin);
