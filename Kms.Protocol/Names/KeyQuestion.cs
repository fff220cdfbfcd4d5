namespace Kms.Protocol;

/// <summary>
/// What is asked for: the key of <paramref name="Name"/> for <paramref name="Use"/>, attested by
/// <paramref name="Kms"/>. Key tables, pending inquiries and signed answers are found by it.
/// </summary>
/// <param name="Name">The host whose key is asked for: the seed's D(B).</param>
/// <param name="Use">What the key is for.</param>
/// <param name="Kms">The trust anchor whose signature is asked for: the seed's KMS(A).</param>
public readonly record struct KeyQuestion(DomainName Name, Use Use, DomainName Kms)
{
    /// <inheritdoc/>
    public override string ToString() => Use.IsIdentity ? $"{Name} by {Kms}" : $"{Name} ({Use}) by {Kms}";
}
