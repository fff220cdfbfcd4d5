using Kms.Client;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>The seed's Fig. 8, arrow by arrow.</summary>
internal static class ArrowChecks
{
    private const string Group = "Fig. 8: an inquiry, arrow by arrow";

    public static IEnumerable<LabCheck> For(HierarchyPlan plan)
    {
        yield return Inquiry(plan, "arrows", $"{plan.HostA} asks for the key of {plan.HostB}, trusting {plan.Top.Name}", h => (h.A, h.B));
        // On a chain the same the other way: all inquiries go down (83), all signature requests up (84, 85).
        if (plan.IsChain && 2 * (plan.Kmss.Count - 1) <= Spec.MaximumPathLength)
            yield return Inquiry(plan, "arrows-down", $"{plan.HostAtTop} asks for the key of {plan.HostA}: down the chain and up again", h => (h.AtTop, h.A));
    }

    private static LabCheck Inquiry(HierarchyPlan plan, string id, string title, Func<Hierarchy, (LabHost Asker, LabHost Asked)> hosts) =>
        new(id, Group, title, "every arrow, in order", async hierarchy =>
        {
            (LabHost asker, LabHost asked) = hosts(hierarchy);
            DateTimeOffset since = hierarchy.Time.GetUtcNow();
            KeyResult result = await asker.NewClient(hierarchy.Top).GetKeyAsync(asked.Name, Use.Identity);
            IReadOnlyList<Arrow> expected = ExpectedArrows.Of(
                plan, asker.Name, plan.Find(asker.Kms.Name), plan.Find(asked.Kms.Name), plan.Top, hierarchy.Authentication);
            IReadOnlyList<Arrow> came = new ArrowReader(hierarchy).Read(asked.Name, since);
            bool isRight = result is KeyFound found && found.Key.Equals(asked.Key.PublicKey)
                && came.Select(arrow => arrow.ToString()).SequenceEqual(expected.Select(arrow => arrow.ToString()));
            return new Observation(isRight ? "every arrow, in order" : $"{result.Summary} The arrows: {string.Join(" | ", came)}") { Arrows = came, ExpectedArrows = expected };
        });
}
