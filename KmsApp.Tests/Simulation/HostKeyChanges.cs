using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Simulation;

/// <summary>What happens to the keys in the zones during a burst: they are changed, removed, rolled over by plan, and published for a while.</summary>
internal sealed class HostKeyChanges(World world)
{
    private readonly Dice _dice = world.Dice.For("host keys");

    public async Task RunAsync()
    {
        List<Task> tasks = [];
        Plan plan = world.Plan;
        if (plan.KeyChanges) tasks.Add(ChangeAsync());
        if (plan.KeyRemovals) tasks.Add(RemoveAsync());
        if (plan.TimedKeys) tasks.Add(_dice.Chance(0.5) ? RollOverAsync(AnyHost()) : PublishForAWhileAsync(AnyHost()));
        await Task.WhenAll(tasks);
    }

    private Task SoonAsync() => Task.Delay(_dice.Between(0, 5) * world.Plan.Slowness, world.Time);

    private SimulatedHost AnyHost() => _dice.Chance(0.6) ? world.Favourite : _dice.Pick(world.Hosts);

    private async Task ChangeAsync()
    {
        await SoonAsync();
        SimulatedHost host = AnyHost();
        if (_dice.Chance(0.3)) world.Zones.Publish(host, Uses.Ssh, world.NewOtherKey());
        else TakeNewKey(host);
    }

    /// <summary>A key goes without a successor; most come back later.</summary>
    private async Task RemoveAsync()
    {
        await SoonAsync();
        SimulatedHost host = AnyHost();
        Use use = _dice.Chance(0.5) ? Uses.Ssh : Use.Identity;
        world.Zones.Remove(host, use);
        await SoonAsync();
        if (!use.IsIdentity || _dice.Chance(0.3) || world.Zones.Has(host, use)) return;
        if (_dice.Chance(0.5)) world.Zones.Publish(host, use, host.Key.Public);
        else TakeNewKey(host);
    }

    private void TakeNewKey(SimulatedHost host)
    {
        host.Key = world.NewPartyKey();
        world.Zones.Publish(host, Use.Identity, host.Key.Public);
        host.Reconfigure();
    }

    /// <summary>The successor is published before it counts, and the old key ends when, or soon after, that one begins.</summary>
    private async Task RollOverAsync(SimulatedHost host)
    {
        await SoonAsync();
        if (!world.Zones.Has(host, Use.Identity)) return;
        KeyPair successor = world.NewPartyKey();
        TimeSpan ahead = TimeSpan.FromSeconds(_dice.Pick([3, 10, 40]));

        // With MACs a host has one valid key at a time.
        TimeSpan overlap = world.Plan.Mode == AuthenticationMode.Mac ? TimeSpan.Zero : _dice.Between(0, 10);
        DateTimeOffset begins = UnixTime.Floor(world.Time.GetUtcNow() + ahead);
        world.Zones.RollOver(host, successor.Public, begins, UnixTime.Floor(begins + overlap));
        await Task.Delay(ahead + (overlap / 2), world.Time);
        if (!world.Zones.Holds(host, Use.Identity, successor.Public)) return; // it was changed meanwhile
        host.Key = successor;
        host.Reconfigure();
        await SoonAsync();
        if (_dice.Chance(0.5) && host.Key == successor) world.Zones.Publish(host, Use.Identity, successor.Public);
    }

    private async Task PublishForAWhileAsync(SimulatedHost host)
    {
        await SoonAsync();
        DateTimeOffset now = UnixTime.Floor(world.Time.GetUtcNow());
        DateTimeOffset begins = now.AddSeconds(_dice.Pick([-5, 2, 20]));
        world.Zones.Publish(host, Uses.Ssh, world.NewOtherKey(), begins, begins.AddSeconds(_dice.Pick([8, 30, 200])));
    }
}
