namespace Kms.Lab;

/// <summary>One line of the lab: something is done, and what comes must be what is expected, word for word.</summary>
/// <param name="Id">A short name, the same from run to run.</param>
/// <param name="Group">The table in which it stands.</param>
/// <param name="Title">What is done, with the step of the seed's figures.</param>
/// <param name="Expected">What is to come.</param>
/// <param name="Run">Does it, and says what came. It relies on nothing that an earlier check has left.</param>
internal sealed record LabCheck(string Id, string Group, string Title, string Expected, Func<Hierarchy, Task<Observation>> Run)
{
    /// <summary>Runs the check on clocks moved so far that nothing is remembered. What goes wrong in it is what came.</summary>
    public async Task<LabResult> RunAsync(Hierarchy hierarchy)
    {
        hierarchy.Forget();
        Observation observation;
        try
        {
            observation = await Run(hierarchy);
        }
        catch (Exception e)
        {
            observation = new Observation($"{e.GetType().Name}: {e.Message}");
        }
        finally
        {
            foreach (KmsNode node in hierarchy.Nodes) node.Server.Loses = null;
        }
        return new LabResult(this, observation);
    }
}
