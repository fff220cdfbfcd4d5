namespace KmsApp.Tests.Simulation;

/// <summary>One run of one seed, from its start to its end or to the first violation.</summary>
internal static class SimulationRun
{
    /// <summary>More steps than any run takes: beyond, something goes in a circle.</summary>
    private const int MostSteps = 200_000;

    public static SimulationResult Of(ulong seed, KeyPool keys, bool keepsLines = false)
    {
        World world = new(seed, keys, keepsLines);
        Task? script = null;
        int steps = 0;
        using Pump pump = new();
        pump.Run(() =>
        {
            script ??= new Script(world).RunAsync();
            if (world.Violation is not null) return false;
            if (script.IsFaulted) world.Fail($"the script failed: {script.Exception}");
            else if (script.IsCompleted) return false;
            else if (++steps > MostSteps) world.Fail("the run does not end");
            else if (!world.Time.AdvanceToNextTimer()) world.Fail("everybody waits, and nothing will happen");
            if (steps % 16 == 0) world.CheckTables();
            return true;
        });
        world.CheckTables();

        // What that sets off belongs to the run too: nothing of it may go on beside what comes next.
        bool isOver = false;
        pump.Run(() =>
        {
            if (isOver) return false;
            foreach (SimulatedKms kms in world.Nodes) kms.Server?.Dispose();
            return isOver = true;
        });
        if (world.Plan.HostRestarts) SimulatedDisk.DeleteAll();
        return new SimulationResult(seed, world.Violation, world.Log, world.Truth.Tally);
    }
}
