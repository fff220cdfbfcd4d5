using Kms.Protocol;

namespace Kms.Client;

/// <summary>Responses came, and none passed the checks (step 64). Nothing of them is used or kept.</summary>
/// <param name="Name">The name asked for.</param>
/// <param name="Use">What the key is for.</param>
/// <param name="Check">The check that failed in the response that came furthest.</param>
/// <param name="Detail">What was wrong with it, for people.</param>
public sealed record KeyRefused(DomainName Name, Use Use, Check Check, string Detail) : KeyResult(Name, Use)
{
    /// <inheritdoc/>
    public override string Summary => $"{Asked} is refused, check {(int)Check} ({Check}): {Detail}.";
}
