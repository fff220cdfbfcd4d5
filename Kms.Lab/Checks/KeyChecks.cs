using System.Globalization;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>How keys are had, kept and replaced.</summary>
internal static class KeyChecks
{
    private const string Group = "Keys";
    private const string None = "none";
    private const int AtOnce = 32;

    public static IEnumerable<LabCheck> For(HierarchyPlan plan)
    {
        DomainName top = plan.Top.Name, asked = plan.KmsOfA;
        yield return new("key", Group, "A asks for B's key (Fig. 8)",
            $"B's key, signed by {top}, over the network",
            async h => new(By(await h.A.NewClient(h.Top).GetKeyAsync(h.B.Name, Use.Identity), h.B, "B's")));

        yield return new("own-table", Group, "A asks again (step 61)",
            $"B's key, signed by {top}, from the own table; messages: {None}", AskAgainAsync);

        yield return new("kms-table", Group, "another host in A's domain asks (steps 47, 48)",
            $"B's key, signed by {top}, over the network; messages: {asked} 1", AskFromNextDoorAsync);

        yield return new("together", Group, string.Create(CultureInfo.InvariantCulture, $"{AtOnce} clients in A's domain ask at once (step 462)"),
            string.Create(CultureInfo.InvariantCulture, $"{AtOnce} times B's key, signed by {top}, over the network; messages: {OneInquiry(plan)}"), AskTogetherAsync);

        if (!plan.IsChain)
        {
            PlannedKms closest = plan.Find(plan.OfA.Upper!.Value);
            yield return new("closest", Group, $"A trusts {closest.Name} too (step 62)",
                $"B's key, signed by {closest.Name}, over the network; arrows 81 82 83 84 86 87; at {top}: 0", AskTheClosestAsync);
        }
        else
        {
            yield return new("closest", Group, $"A asks for a key in its own domain, and trusts {asked} too (step 62)",
                $"C's key, signed by {asked}, over the network; arrows 81 87; at {top}: 0", AskTheOwnKmsAsync);
        }

        yield return new("changed", Group, $"B's key is changed in the zone of {plan.OfB.Domain} alone",
            $"before expiry the old key from the own table, after it the new key, signed by {top}; zones changed: {plan.OfB.Domain}", ChangeAsync);
    }

    private static async Task<Observation> AskAgainAsync(Hierarchy hierarchy)
    {
        KmsClient client = hierarchy.A.NewClient(hierarchy.Top);
        KeyResult first = await client.GetKeyAsync(hierarchy.B.Name, Use.Identity);
        if (first is not KeyFound) return new($"the first time: {first.Summary}");
        (int mark, DateTimeOffset since) = (hierarchy.Tap.Mark, hierarchy.Time.GetUtcNow());
        KeyResult again = await client.GetKeyAsync(hierarchy.B.Name, Use.Identity);
        return new($"{By(again, hierarchy.B, "B's")}; messages: {Traffic.Since(hierarchy, mark, since)}");
    }

    private static async Task<Observation> AskFromNextDoorAsync(Hierarchy hierarchy)
    {
        KeyResult first = await hierarchy.A.NewClient(hierarchy.Top).GetKeyAsync(hierarchy.B.Name, Use.Identity);
        if (first is not KeyFound) return new($"A: {first.Summary}");
        hierarchy.Time.Advance(TimeSpan.FromSeconds(2)); // what A's inquiry has caused is told from what is caused now
        (int mark, DateTimeOffset since) = (hierarchy.Tap.Mark, hierarchy.Time.GetUtcNow());
        KeyResult second = await hierarchy.Neighbour.NewClient(hierarchy.Top).GetKeyAsync(hierarchy.B.Name, Use.Identity);
        return new($"{By(second, hierarchy.B, "B's")}; messages: {Traffic.Since(hierarchy, mark, since)}");
    }

    /// <summary>What one inquiry costs each server, with all the clients at the first.</summary>
    private static string OneInquiry(HierarchyPlan plan)
    {
        IReadOnlyList<Arrow> arrows = ExpectedArrows.Of(plan, plan.HostA, plan.OfA, plan.OfB, plan.Top, SealKind.Signature);
        return string.Join(", ", plan.Kmss
            .Select(kms => (kms.Name, Count: arrows.Count(arrow => arrow.To == kms.Name.Value) + (kms == plan.OfA ? AtOnce - 1 : 0)))
            .Where(each => each.Count > 0)
            .Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Name} {each.Count}")));
    }

    private static async Task<Observation> AskTogetherAsync(Hierarchy hierarchy)
    {
        (int mark, DateTimeOffset since) = (hierarchy.Tap.Mark, hierarchy.Time.GetUtcNow());
        KmsClient[] clients = [.. Enumerable.Range(0, AtOnce).Select(i => (i % 2 == 0 ? hierarchy.A : hierarchy.Neighbour).NewClient(hierarchy.Top))];
        KeyResult[] results = await Task.WhenAll(clients.Select(client => client.GetKeyAsync(hierarchy.B.Name, Use.Identity)));
        IEnumerable<string> came = results.GroupBy(result => By(result, hierarchy.B, "B's"))
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} times {group.Key}"));
        return new($"{string.Join(", ", came)}; messages: {Traffic.Since(hierarchy, mark, since)}");
    }

    private static Task<Observation> AskTheClosestAsync(Hierarchy hierarchy) => AskAsync(hierarchy, hierarchy.KmsOfA.Upper!, hierarchy.B, "B's");

    private static Task<Observation> AskTheOwnKmsAsync(Hierarchy hierarchy) => AskAsync(hierarchy, hierarchy.KmsOfA, hierarchy.Neighbour, "C's");

    private static async Task<Observation> AskAsync(Hierarchy hierarchy, KmsNode closest, LabHost asked, string owner)
    {
        (int mark, DateTimeOffset since) = (hierarchy.Tap.Mark, hierarchy.Time.GetUtcNow());
        KeyResult result = await hierarchy.A.NewClient(hierarchy.Top, closest).GetKeyAsync(asked.Name, Use.Identity);
        string numbers = string.Join(' ', new ArrowReader(hierarchy).Read(asked.Name, since).Select(arrow => arrow.Number));
        return new($"{By(result, asked, owner)}; arrows {numbers}; at {hierarchy.Top.Name}: {Traffic.CountAt(hierarchy, hierarchy.Top, mark, since)}");
    }

    private static async Task<Observation> ChangeAsync(Hierarchy hierarchy)
    {
        KmsClient client = hierarchy.A.NewClient(hierarchy.Top);
        KeyResult first = await client.GetKeyAsync(hierarchy.B.Name, Use.Identity);
        if (first is not KeyFound { Key: var old }) return new($"at first: {first.Summary}");
        Dictionary<KmsNode, uint> serials = hierarchy.Nodes.ToDictionary(node => node, node => node.Zone.Serial);
        using SigningKey replaced = KeyImporter.Generate();
        try
        {
            hierarchy.KmsOfB.Zone.Publish(new KeyRecord(hierarchy.B.Name, Use.Identity, replaced.PublicKey, null, null));
            KeyResult before = await client.GetKeyAsync(hierarchy.B.Name, Use.Identity);
            hierarchy.Time.Advance(Hierarchy.AttestationLifetime);
            KeyResult after = await client.GetKeyAsync(hierarchy.B.Name, Use.Identity);
            string changed = string.Join(", ", hierarchy.Nodes.Where(node => node.Zone.Serial != serials[node]).Select(node => node.Zone.Apex));
            string then = before is KeyFound { Source: KeySource.OwnTable } kept && kept.Key.Equals(old) ? "the old key from the own table" : before.Summary;
            string now = after is KeyFound found && found.Key.Equals(replaced.PublicKey) ? $"the new key, signed by {found.Anchor}" : after.Summary;
            return new($"before expiry {then}, after it {now}; zones changed: {changed}");
        }
        finally
        {
            hierarchy.B.Publish();
        }
    }

    private static string By(KeyResult result, LabHost asked, string owner) => Told.By(result, (asked.Key.PublicKey, owner));
}
