using System.Collections.Immutable;
using Kms.Server;

namespace KmsApp.Tests.Simulation;

/// <summary>KMSs that take new keys during a burst.</summary>
internal sealed class KmsKeyChanges(World world)
{
    private readonly Dice _dice = world.Dice.For("kms keys");

    public Task RunAsync() => world.Plan.KmsKeyChanges && _dice.Chance(0.6)
        ? ChangeAsync(_dice.Chance(0.5) ? world.Kmss[0] : _dice.Pick(world.Kmss))
        : Task.CompletedTask;

    private Task SoonAsync(double most) => Task.Delay(_dice.Between(0, most) * world.Plan.Slowness, world.Time);

    /// <summary>
    /// A KMS takes a new key. With signatures others learn of it beforehand and forget the old one afterwards, each in its own
    /// time; with MACs there is one key at a time. The old one falls into the wrong hands at the end.
    /// </summary>
    private async Task ChangeAsync(SimulatedKms kms)
    {
        await SoonAsync(1);
        if (kms.Announced.Length > 1 || kms.IsCompromised) return;
        KeyPair old = kms.Key, successor = world.NewPartyKey();
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
        List<SimulatedKms> kmss = [.. world.Nodes.Where(other => other.First != kms)];
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
}
