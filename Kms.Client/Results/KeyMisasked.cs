using Kms.Protocol;

namespace Kms.Client;

/// <summary>The question is none: nobody was asked.</summary>
/// <param name="Name">The name asked for.</param>
/// <param name="Use">What the key is for.</param>
/// <param name="Detail">What is wrong with it, for people.</param>
public sealed record KeyMisasked(DomainName Name, Use Use, string Detail) : KeyResult(Name, Use)
{
    /// <inheritdoc/>
    public override string Summary => $"This cannot be asked: {Detail}.";
}
