using System.Net;

namespace KmsApp.Tests.Simulation;

/// <summary>What befalls machines, ways and clocks during a burst.</summary>
internal sealed class Faults(World world)
{
    private readonly Dice _dice = world.Dice.For("faults");
    private readonly Dictionary<SimulatedClock, TimeSpan> _wrong = [];

    public async Task RunAsync()
    {
        List<Task> tasks = [];
        Plan plan = world.Plan;
        if (plan.Partitions && _dice.Chance(0.7)) tasks.Add(CutAsync());
        if (plan.Crashes && _dice.Chance(0.7)) tasks.Add(CrashAsync(_dice.Pick(world.Kmss)));
        if (plan.Cluster && _dice.Chance(0.5)) tasks.Add(CrashAsync(_dice.Pick(world.Kmss.First(kms => kms.Second is not null).Nodes)));
        if (plan.HostRestarts && _dice.Chance(0.8)) tasks.Add(RestartHostAsync(_dice.Pick(world.Hosts)));
        if (plan.ClockSteps && _dice.Chance(0.5)) tasks.Add(SetClockAsync());
        if (plan.CompromisedKms && _dice.Chance(0.6)) tasks.Add(CompromiseAsync());
        await Task.WhenAll(tasks);
    }

    /// <summary>Sets right what is still wrong.</summary>
    public void Repair()
    {
        foreach ((SimulatedClock clock, TimeSpan right) in _wrong) clock.Set(right);
        _wrong.Clear();
        foreach (SimulatedKms kms in world.Kmss)
        {
            // One node does the work of both.
            bool needsAll = kms.Nodes.All(node => node.Server is null) || _dice.Chance(0.5);
            foreach (SimulatedKms node in kms.Nodes)
            {
                if (node.Server is null && (needsAll || kms.Second is null)) node.Start();
            }
        }
        foreach (SimulatedHost host in world.Hosts)
        {
            if (host.Client is null) host.Start();
        }
    }

    private Task SoonAsync(double most = 5) => Task.Delay(_dice.Between(0, most) * world.Plan.Slowness, world.Time);

    private async Task CutAsync()
    {
        await SoonAsync();
        IPAddress one = _dice.Pick(world.Kmss).Endpoint.Address;
        IPAddress other = _dice.Chance(0.5) ? _dice.Pick(world.Kmss).Endpoint.Address : _dice.Pick(world.Hosts).Address;
        world.Log.Add($"no way from {one} to {other}");
        world.Network.Cut(one, other);
        if (_dice.Chance(0.6)) world.Network.Cut(other, one);
        await SoonAsync();
        if (_dice.Chance(0.7)) world.Network.Heal();
    }

    private async Task CrashAsync(SimulatedKms kms)
    {
        await SoonAsync();
        if (kms.Server is null) return;
        kms.Crash();
        await SoonAsync();
        if (_dice.Chance(0.8) && kms.Server is null) kms.Start();
    }

    private async Task RestartHostAsync(SimulatedHost host)
    {
        await SoonAsync();
        if (host.Client is null) return;
        await host.CrashAsync();
        switch (_dice.Below(4))
        {
            case 0:
                host.Table.LoseLastWrite();
                break;
            case 1:
                host.Table.Forge(world.Adversary.Reattest);
                break;
        }
        await SoonAsync(2);
        if (host.Client is null) host.Start();
    }

    private async Task SetClockAsync()
    {
        await SoonAsync();
        SimulatedClock clock = _dice.Chance(0.7) ? _dice.Pick(world.Kmss).Clock : _dice.Pick(world.Hosts).Clock;
        if (_wrong.Count > 0) return;
        TimeSpan right = clock.GetUtcNow() - world.Time.GetUtcNow();
        _wrong[clock] = right;
        TimeSpan wrong = TimeSpan.FromSeconds(_dice.Pick([-3600, 3600, 400, -400, 7200]));
        world.Log.Add($"a clock is set wrong by {wrong}");
        clock.Set(right + wrong);
        await SoonAsync(12);
        if (_dice.Chance(0.7) && _wrong.Remove(clock)) clock.Set(right);
    }

    private async Task CompromiseAsync()
    {
        await SoonAsync();
        if (world.Kmss.Any(kms => kms.IsCompromised)) return;
        SimulatedKms kms = world.Kmss.Count > 2 && _dice.Chance(0.9) ? world.Kmss[1 + _dice.Below(world.Kmss.Count - 1)] : _dice.Pick(world.Kmss);
        bool isPuppet = _dice.Chance(0.5);
        foreach (SimulatedKms node in kms.Nodes) (node.IsCompromised, node.IsPuppet) = (true, isPuppet);
        world.Log.Add($"{kms.Name} is compromised{(kms.IsPuppet ? ", and the adversary answers in its place" : "")}");
    }
}
