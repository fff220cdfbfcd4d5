using System.Collections.Immutable;
using System.Net;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Simulation;

/// <summary>What befalls machines, keys and clocks during a burst.</summary>
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
        if (plan.HostRestarts && _dice.Chance(0.8)) tasks.Add(RestartHostAsync(_dice.Pick(world.Hosts)));
        if (plan.ClockSteps && _dice.Chance(0.5)) tasks.Add(SetClockAsync());
        if (plan.KeyChanges) tasks.Add(ChangeKeyAsync());
        if (plan.KmsKeyChanges && _dice.Chance(0.6)) tasks.Add(ChangeKmsKeyAsync(_dice.Chance(0.5) ? world.Kmss[0] : _dice.Pick(world.Kmss)));
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
            if (kms.Server is null) kms.Start();
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

    private async Task ChangeKeyAsync()
    {
        await SoonAsync();
        SimulatedHost host = _dice.Chance(0.6) ? world.Favourite : _dice.Pick(world.Hosts);
        if (_dice.Chance(0.3))
        {
            world.Publish(host, Uses.Ssh, world.NewKey());
            return;
        }
        host.Key = world.NewKey();
        world.Publish(host, Use.Identity, host.Key);
        host.Reconfigure();
    }

    /// <summary>
    /// A KMS takes a new key. With signatures others learn of it beforehand and forget the old one afterwards, each in its own
    /// time; with MACs there is one key at a time. The old one falls into the wrong hands at the end.
    /// </summary>
    private async Task ChangeKmsKeyAsync(SimulatedKms kms)
    {
        await SoonAsync(1);
        if (kms.Announced.Length > 1 || kms.IsCompromised) return;
        KeyPair old = kms.Key, successor = world.NewKey();
        bool overlaps = world.Plan.Mode == AuthenticationMode.Signature;
        world.Log.Add($"{kms.Name} changes its key");
        if (overlaps) await AnnounceAsync(kms, [old, successor]);
        kms.Key = successor;
        kms.Reconfigure();
        await SoonAsync(2);
        await AnnounceAsync(kms, [successor]);
        world.Log.Add($"{kms.Name} has changed its key");
        await Task.Delay(TimeSpan.FromSeconds(10), world.Time); // what began under the old key has ended
        world.Adversary.Found(kms, old);
    }

    private async Task AnnounceAsync(SimulatedKms kms, ImmutableArray<KeyPair> keys)
    {
        ImmutableArray<KeyPair> before = kms.Announced;
        List<SimulatedKms> kmss = [.. world.Kmss.Where(other => other != kms)];
        foreach (SimulatedKms other in kmss) other.Known[kms] = before;
        foreach (SimulatedHost host in world.Hosts) host.Known[kms] = before;
        kms.Announced = keys;
        foreach (SimulatedKms other in kmss)
        {
            if (_dice.Chance(0.3)) await SoonAsync(2);
            other.Known.Remove(kms);
            other.Reconfigure();
        }
        foreach (SimulatedHost host in world.Hosts)
        {
            if (_dice.Chance(0.3)) await SoonAsync(2);
            host.Known.Remove(kms);
            if (host.Kms == kms || host.Anchors.Contains(kms)) host.Reconfigure();
        }
    }

    private async Task CompromiseAsync()
    {
        await SoonAsync();
        if (world.Kmss.Any(kms => kms.IsCompromised)) return;
        SimulatedKms kms = world.Kmss.Count > 2 && _dice.Chance(0.9) ? world.Kmss[1 + _dice.Below(world.Kmss.Count - 1)] : _dice.Pick(world.Kmss);
        kms.IsCompromised = true;
        kms.IsPuppet = _dice.Chance(0.5);
        world.Log.Add($"{kms.Name} is compromised{(kms.IsPuppet ? ", and the adversary answers in its place" : "")}");
    }
}
