using System.Diagnostics;
using System.Globalization;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>What a host is told when there is no key: signed, and quickly, instead of by a time-out.</summary>
internal static class RefusalChecks
{
    private const string Group = "No key";

    /// <summary>An inquiry that runs into a time-out takes 4 s, where nobody has more patience than usual.</summary>
    private static readonly TimeSpan Quickly = TimeSpan.FromSeconds(2);

    public static IEnumerable<LabCheck> For(HierarchyPlan plan)
    {
        DomainName own = DomainName.Parse("nobody." + plan.OfA.Domain), other = DomainName.Parse("nobody." + plan.OfB.Domain);
        DomainName asked = plan.KmsOfA;
        string absent = $"has no key, says {asked}, authenticated; quickly";
        yield return new("absent-own", Group, $"A asks for {own}, a name without a key in its own domain (steps 44, 45)", absent, h => AskAsync(h, own, h.Top));
        yield return new("absent-other", Group, $"A asks for {other}, a name without a key in another domain", absent, h => AskAsync(h, other, h.Top));
        DomainName foreign = DomainName.Parse("host.yy");
        yield return new("no-route", Group, $"A asks for {foreign}, trusting kms.yy, to which no way leads",
            $"unsolved, no-route, says {asked}, authenticated; quickly", AskElsewhereAsync);
        yield return new("no-anchor", Group, $"A asks for {foreign}, trusting {plan.Top.Name} alone (step 62)",
            $"nobody is asked: no trusted KMS serves yy or a domain above it; messages: none", AskWithoutAnchorAsync);
        if (plan.IsChain && 2 * (plan.Kmss.Count - 1) > Spec.MaximumPathLength)
        {
            yield return new("too-long", Group, $"{plan.HostAtTop} asks for {plan.HostA}: down and up are more than {Spec.MaximumPathLength} KMSs",
                $"unsolved, no-route, says {plan.Top.Name}, authenticated; quickly", h => AskAsync(h, h.AtTop.NewClient(h.Top), h.A.Name));
        }
    }

    private static Task<Observation> AskAsync(Hierarchy hierarchy, DomainName name, KmsNode anchor) => AskAsync(hierarchy, hierarchy.A.NewClient(anchor), name);

    private static async Task<Observation> AskAsync(Hierarchy hierarchy, KmsClient client, DomainName name)
    {
        long start = Stopwatch.GetTimestamp();
        KeyResult result = await client.GetKeyAsync(name, Use.Identity);
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        return new(
            $"{Told.By(result, (hierarchy.B.Key.PublicKey, "B's"))}; {(took < Quickly * hierarchy.Time.Patience ? "quickly" : "slowly")}",
            string.Create(CultureInfo.InvariantCulture, $"{took.TotalMilliseconds:0.0} ms"));
    }

    private static async Task<Observation> AskElsewhereAsync(Hierarchy hierarchy)
    {
        using SigningKey key = KeyImporter.Generate();
        KmsClient client = hierarchy.A.NewClient(hierarchy.Top);
        client.Reconfigure(client.Configuration with { TrustAnchors = [new(DomainName.Parse("kms.yy"), DomainName.Parse("yy"), [key.PublicKey])] });
        return await AskAsync(hierarchy, client, DomainName.Parse("host.yy"));
    }

    private static async Task<Observation> AskWithoutAnchorAsync(Hierarchy hierarchy)
    {
        (int mark, DateTimeOffset since) = (hierarchy.Tap.Mark, hierarchy.Time.GetUtcNow());
        KeyResult result = await hierarchy.A.NewClient(hierarchy.Top).GetKeyAsync(DomainName.Parse("host.yy"), Use.Identity);
        return new($"{Told.By(result, (hierarchy.B.Key.PublicKey, "B's"))}; messages: {Traffic.Since(hierarchy, mark, since)}");
    }
}
