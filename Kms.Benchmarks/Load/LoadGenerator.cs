using System.Net;

namespace Kms.Benchmarks;

/// <summary>Sends a load and sees what comes back.</summary>
internal static class LoadGenerator
{
    private const int MaximumLanes = 250;

    /// <summary>Runs a load to its end.</summary>
    /// <param name="plan">The load.</param>
    /// <param name="pools">Packets for every kind in its mix.</param>
    /// <exception cref="ArgumentException">A kind has no packets, or a closed loop waits for nothing.</exception>
    public static async Task<LoadResult> RunAsync(LoadPlan plan, params IEnumerable<PacketPool> pools)
    {
        PacketPool?[] byKind = new PacketPool?[PacketKinds.Count];
        foreach (PacketPool pool in pools) byKind[(int)pool.Kind] = pool;
        foreach ((PacketKind kind, _) in plan.Mix.Parts)
        {
            if (byKind[(int)kind] is null) throw new ArgumentException($"There are no packets of kind {kind}.", nameof(pools));
        }
        if (plan.Rate is null && !plan.Mix.Parts.Any(part => part.Kind.WantsAnswer()))
            throw new ArgumentException("Nothing in the mix is answered, so that a closed loop has nothing to wait for: give a rate.", nameof(plan));

        int count = Math.Clamp(plan.Addresses > 0 ? plan.Addresses : plan.Lanes, 1, MaximumLanes);
        List<Lane> lanes = [];
        try
        {
            for (int i = 0; i < count; i++) lanes.Add(new Lane(plan, byKind, plan.Addresses > 0 ? new IPAddress([127, 0, 1, (byte)(i + 1)]) : null, i));
            LoadResult[] parts = await Task.WhenAll(lanes.Select((lane, i) => RunAsync(plan, lane, i, count)));
            LoadResult whole = new();
            foreach (LoadResult part in parts) whole.Add(part);
            foreach (Lane lane in lanes) lane.CheckSamples(whole);
            return whole;
        }
        finally
        {
            lanes.ForEach(lane => lane.Dispose());
        }
    }

    private static Task<LoadResult> RunAsync(LoadPlan plan, Lane lane, int number, int lanes)
    {
        if (plan.Rate is { } rate) return lane.RunOpenAsync((double)rate / lanes);
        int window = Math.Max(1, (plan.Concurrency / lanes) + (number < plan.Concurrency % lanes ? 1 : 0));
        return Task.Factory.StartNew(() => lane.RunClosed(window), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }
}
