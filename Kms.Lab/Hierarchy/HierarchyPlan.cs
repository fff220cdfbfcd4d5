using System.Globalization;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>Which KMSs there are, and where the hosts are.</summary>
/// <param name="Title">What it is, for people.</param>
/// <param name="Kmss">The KMSs, each after the one above it; the first is the top.</param>
/// <param name="KmsOfA">The KMS of the host that asks.</param>
/// <param name="KmsOfB">The KMS of the host whose key is asked for.</param>
internal sealed record HierarchyPlan(string Title, IReadOnlyList<PlannedKms> Kmss, DomainName KmsOfA, DomainName KmsOfB)
{
    public const int LeastDepth = 2;
    public const int GreatestDepth = 10;

    /// <summary>The seed's Fig. 7.</summary>
    public static HierarchyPlan Figure7 { get; } = new(
        "the seed's Fig. 7: four domains, host A in b.a.xx, host B in c.a.xx",
        [new("kms00.xx", "xx", null), new("kms0.a.xx", "a.xx", "kms00.xx"), new("kms1.b.a.xx", "b.a.xx", "kms0.a.xx"), new("kms2.c.a.xx", "c.a.xx", "kms0.a.xx")],
        DomainName.Parse("kms1.b.a.xx"), DomainName.Parse("kms2.c.a.xx"));

    /// <summary>The KMS at the top, which everybody trusts.</summary>
    public PlannedKms Top => Kmss[0];

    public PlannedKms OfA => Find(KmsOfA);

    public PlannedKms OfB => Find(KmsOfB);

    /// <summary>Host A, which asks.</summary>
    public DomainName HostA => DomainName.Parse("host-a." + OfA.Domain);

    /// <summary>Another host in the domain of A.</summary>
    public DomainName Neighbour => DomainName.Parse("host-c." + OfA.Domain);

    /// <summary>Host B, whose key is asked for.</summary>
    public DomainName HostB => DomainName.Parse("host-b." + OfB.Domain);

    /// <summary>A host in the top domain.</summary>
    public DomainName HostAtTop => DomainName.Parse("host-t." + Top.Domain);

    /// <summary>Whether the domains lie one within the other, host A in the innermost and host B in the outermost.</summary>
    public bool IsChain => KmsOfB == Top.Name;

    /// <summary>A chain of domains, each within the one before.</summary>
    /// <param name="depth">How many: 2 to 10.</param>
    public static HierarchyPlan Chain(int depth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, LeastDepth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(depth, GreatestDepth);
        List<PlannedKms> kmss = [new("kms1.xx", "xx", null)];
        for (int i = 2; i <= depth; i++)
        {
            string domain = string.Create(CultureInfo.InvariantCulture, $"d{i}.{kmss[^1].Domain}");
            kmss.Add(new(string.Create(CultureInfo.InvariantCulture, $"kms{i}.{domain}"), domain, kmss[^1].Name.Value));
        }
        string title = string.Create(CultureInfo.InvariantCulture, $"a chain of {depth} domains, host A in the innermost, host B in the outermost");
        return new(title, kmss, kmss[^1].Name, kmss[0].Name);
    }

    public PlannedKms Find(DomainName name) => Kmss.Single(kms => kms.Name == name);
}
