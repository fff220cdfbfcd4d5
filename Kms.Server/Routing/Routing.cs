using Kms.Protocol;

namespace Kms.Server;

/// <summary>The rules of docs/PROTOCOL.md section 6. The longest match wins.</summary>
internal static class Routing
{
    /// <summary>Whether an inquiry about a name ends at this KMS: inside its domain, and in no lower KMS's.</summary>
    public static bool EndsHere(KeyServerConfiguration configuration, DomainName name) =>
        name.IsHeldBy(configuration.Domain) && LowerFor(configuration, name) is null;

    /// <summary>Where an inquiry goes.</summary>
    /// <param name="configuration">This KMS.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="from">The neighbour from which it came; null for a host. It never goes back there.</param>
    public static Route OfInquiry(KeyServerConfiguration configuration, KeyQuestion question, Neighbour? from)
    {
        // A trust anchor is an ancestor of the name: its domain, where it is known, holds the name.
        if (configuration.DomainOf(question.Kms) is { } domain && !question.Name.IsHeldBy(domain)) return Route.None;
        Neighbour? next = LowerFor(configuration, question.Name);
        if (next is null)
        {
            if (question.Name.IsHeldBy(configuration.Domain)) return Route.Here;
            next = configuration.Upper;
        }
        return next is null || next.Name == from?.Name ? Route.None : Route.To(next);
    }

    /// <summary>Where a signature request goes: it ends at the anchor, and only climbs.</summary>
    public static Route OfSignatureRequest(KeyServerConfiguration configuration, DomainName kms)
    {
        if (kms == configuration.Name) return Route.Here;
        return configuration.Upper is { } upper ? Route.To(upper) : Route.None;
    }

    /// <summary>Whether a neighbour may ask for an attestation of a name: a lower KMS whose domain holds it ("Bailiwick").</summary>
    public static bool IsInBailiwick(Neighbour from, DomainName name) => from.Domain is { } domain && name.IsHeldBy(domain);

    private static Neighbour? LowerFor(KeyServerConfiguration configuration, DomainName name)
    {
        Neighbour? best = null;
        foreach (Neighbour lower in configuration.Lower)
        {
            if (!name.IsHeldBy(lower.Domain!.Value)) continue;
            if (best is null || lower.Domain!.Value.Value.Length > best.Domain!.Value.Value.Length) best = lower;
        }
        return best;
    }
}
