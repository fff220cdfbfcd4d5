using Kms.Protocol;

namespace Kms.Lab;

/// <summary>A KMS of a <see cref="HierarchyPlan"/>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Domain">The domain that it serves.</param>
/// <param name="Upper">The name of the KMS above it; null for the top.</param>
internal sealed record PlannedKms(DomainName Name, DomainName Domain, DomainName? Upper)
{
    public PlannedKms(string name, string domain, string? upper)
        : this(DomainName.Parse(name), DomainName.Parse(domain), upper is null ? null : DomainName.Parse(upper))
    {
    }
}
