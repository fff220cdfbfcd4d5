using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>Which hosts may come through a tunnel. Safe by default: where nothing is said, nobody.</summary>
internal sealed class AllowedNames
{
    private const string AnyBelow = "*.";

    private readonly HashSet<DomainName> _names = [];
    private readonly List<DomainName> _domains = [];
    private readonly bool _any;

    /// <param name="patterns">Names, and <c>*.</c> with a domain for every name below that domain.</param>
    /// <param name="any">Every host whose key a trusted KMS attests.</param>
    /// <exception cref="FormatException">A pattern is none.</exception>
    /// <exception cref="ConfigurationException">Nobody is allowed, or some and any.</exception>
    public AllowedNames(IReadOnlyCollection<string> patterns, bool any)
    {
        if (any && patterns.Count > 0) throw new ConfigurationException("--allow and --allow-any-attested exclude each other.");
        if (!any && patterns.Count == 0) throw new ConfigurationException("Nobody may connect: name the hosts that may with --allow NAME, such as --allow host-a.b.a.xx or --allow '*.b.a.xx'.");
        _any = any;
        foreach (string pattern in patterns)
        {
            if (pattern.StartsWith(AnyBelow, StringComparison.Ordinal)) _domains.Add(DomainName.Parse(pattern[AnyBelow.Length..]));
            else _names.Add(DomainName.Parse(pattern));
        }
    }

    /// <summary>Whether a host may come. That it is this host must be checked besides.</summary>
    public bool Holds(DomainName name) => _any || _names.Contains(name) || _domains.Any(domain => name != domain && name.IsHeldBy(domain));
}
