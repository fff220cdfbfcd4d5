using System.Collections.Immutable;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>
/// A configuration in use: keys imported, rules checked, and the inquiries that are made under it. Another configuration
/// is another standing; who has begun with one ends with it.
/// </summary>
internal sealed class Standing
{
    private readonly ImmutableArray<Anchor> _anchors;

    /// <exception cref="ConfigurationException">The configuration cannot be used.</exception>
    public Standing(KmsClientConfiguration configuration, KmsClientEnvironment environment)
    {
        if (configuration.Name.IsEmpty) throw new ConfigurationException("This host has no name.");
        Configuration = configuration;
        Kms = new KmsPeer(configuration, environment.Importer);
        ImmutableArray<TrustAnchor> anchors = configuration.TrustAnchors;
        _anchors = anchors.IsDefault ? [] : [.. anchors.Select(anchor => new Anchor(anchor, environment.Importer))];
        Inquiries = new SharedInquiries(environment.MaximumInquiries);
    }

    public KmsClientConfiguration Configuration { get; }

    public KmsPeer Kms { get; }

    public SharedInquiries Inquiries { get; }

    /// <summary>
    /// Step 62: of the anchors whose domain holds the name the closest, the first listed among equals.
    /// </summary>
    /// <returns>Null where there is none.</returns>
    public Anchor? ChooseAnchor(DomainName name)
    {
        Anchor? closest = null;
        foreach (Anchor anchor in _anchors)
        {
            // Domains that hold the same name lie one within the other: the longer is the closer.
            if (name.IsHeldBy(anchor.Domain) && anchor.Domain.Value.Length > (closest?.Domain.Value.Length ?? 0)) closest = anchor;
        }
        return closest;
    }
}
