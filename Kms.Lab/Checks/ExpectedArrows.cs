using Kms.Protocol;

namespace Kms.Lab;

/// <summary>The arrows that the protocol asks for, found from the plan alone by naive rules (docs/PROTOCOL.md section 6).</summary>
internal static class ExpectedArrows
{
    /// <summary>Host A asks for the key of host B, and trusts an anchor.</summary>
    public static IReadOnlyList<Arrow> Of(HierarchyPlan plan, DomainName asker, PlannedKms asked, PlannedKms holder, PlannedKms anchor, SealKind authentication)
    {
        // Up from the asked KMS until the domain holds the holder's, and down to it; then from the holder up to the anchor.
        List<PlannedKms> way = [asked];
        while (!holder.Domain.IsHeldBy(way[^1].Domain)) way.Add(plan.Find(way[^1].Upper!.Value));
        foreach (PlannedKms below in AboveOrSame(plan, holder).TakeWhile(kms => kms != way[^1]).Reverse().ToArray()) way.Add(below);
        PlannedKms[] climb = [.. AboveOrSame(plan, holder).TakeWhile(kms => kms != anchor), anchor];

        List<Arrow> arrows = [new("81", asker.Value, asked.Name.Value, "inquiry", Arrow.Sealed(asker, authentication))];
        for (int i = 1; i < way.Count; i++)
            arrows.Add(new(way[i - 1].Upper == way[i].Name ? "82" : "83", way[i - 1].Name.Value, way[i].Name.Value, "inquiry", Arrow.Sealed(way[i - 1].Name, authentication)));
        for (int i = 1; i < climb.Length; i++)
            arrows.Add(new(i == 1 ? "84" : "85", climb[i - 1].Name.Value, climb[i].Name.Value, "sign", Arrow.Sealed(climb[i - 1].Name, authentication)));
        string attestation = $"; attestation: {Arrow.Sealed(anchor.Name, SealKind.Signature)}";
        // Where the anchor itself was asked, nothing needs to travel.
        if (anchor != asked)
        {
            bool areNeighbours = asked.Upper == anchor.Name || anchor.Upper == asked.Name;
            arrows.Add(new("86", anchor.Name.Value, asked.Name.Value, "delivery", Arrow.Sealed(anchor.Name, areNeighbours ? authentication : SealKind.Signature) + attestation));
        }
        arrows.Add(new("87", asked.Name.Value, asker.Value, "answer", Arrow.Sealed(asked.Name, authentication) + attestation));
        return arrows;
    }

    private static IEnumerable<PlannedKms> AboveOrSame(HierarchyPlan plan, PlannedKms kms)
    {
        for (PlannedKms? at = kms; at is not null; at = at.Upper is { } upper ? plan.Find(upper) : null) yield return at;
    }
}
