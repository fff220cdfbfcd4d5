using Kms.Client;
using Kms.Lab;
using Kms.Protocol;

namespace KmsApp.Tests.Lab;

/// <summary>A hierarchy for tests that are not about waiting: on a machine that has other things to do, its first answers take seconds.</summary>
internal static class PatientHierarchy
{
    /// <summary>
    /// Starts one that authenticates with signatures. Its clocks are right, and every KMS has done each of its works once: a command that runs
    /// as a process of its own waits no longer than usual.
    /// </summary>
    public static async Task<Hierarchy> StartAsync(HierarchyPlan plan)
    {
        Hierarchy hierarchy = await Hierarchy.StartAsync(plan, SealKind.Signature, warm: false, patience: Hierarchy.Patient);
        try
        {
            await WarmUpAsync(hierarchy);
            return hierarchy;
        }
        catch
        {
            await hierarchy.DisposeAsync();
            throw;
        }
    }

    /// <summary>Hosts that are there for this alone ask for each other: of those of the tests nobody has heard yet.</summary>
    private static async Task WarmUpAsync(Hierarchy hierarchy)
    {
        using LabHost one = Guest(hierarchy.KmsOfA), other = Guest(hierarchy.KmsOfB);
        Assert.IsInstanceOfType<KeyFound>(await one.NewClient(hierarchy.Top).GetKeyAsync(other.Name, Use.Identity));
        Assert.IsInstanceOfType<KeyFound>(await other.NewClient(hierarchy.Top).GetKeyAsync(one.Name, Use.Identity));
        foreach (LabHost guest in (LabHost[])[one, other]) guest.Kms.Zone.Withdraw(guest.Name, Use.Identity);

        LabHost Guest(Kms.Lab.KmsNode kms)
        {
            LabHost guest = new(DomainName.Parse($"warm-up.{kms.Domain}"), kms, hierarchy.Authentication, hierarchy.Time);
            guest.Publish();
            return guest;
        }
    }
}
