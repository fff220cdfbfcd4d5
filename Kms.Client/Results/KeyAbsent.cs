using Kms.Protocol;

namespace Kms.Client;

/// <summary>The name has no key for this use. The asked KMS says so and authenticates it; it is that KMS's word, not the anchor's.</summary>
/// <param name="Unsolved">What the KMS said, with reason <see cref="Reason.NotFound"/>, its path and times.</param>
public sealed record KeyAbsent(Unsolved Unsolved) : KeyResult(Unsolved.Name, Unsolved.Use)
{
    /// <inheritdoc/>
    public override string Summary => Use.IsIdentity
        ? $"{Name} has no key, says {Unsolved.From}."
        : $"{Name} has no {Use} key, says {Unsolved.From}.";
}
