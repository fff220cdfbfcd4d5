using Kms.Protocol;

namespace Kms.Client;

/// <summary>There was no answer to judge. It says nothing about whether the name has a key.</summary>
/// <param name="Name">The name asked for.</param>
/// <param name="Use">What the key is for.</param>
/// <param name="Kind">How it failed.</param>
/// <param name="Detail">What was seen, for people.</param>
public sealed record KeyFailed(DomainName Name, Use Use, FailureKind Kind, string Detail) : KeyResult(Name, Use)
{
    /// <summary>What the KMS said, where <see cref="Kind"/> is <see cref="FailureKind.Unsolved"/>.</summary>
    public Unsolved? Unsolved { get; init; }

    /// <summary>The extended DNS error, where there was one. Nobody authenticates it.</summary>
    public ExtendedError? ExtendedError { get; init; }

    /// <inheritdoc/>
    public override string Summary => $"{Asked} could not be had: {Detail}.";
}
