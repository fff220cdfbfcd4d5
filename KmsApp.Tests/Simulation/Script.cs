using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests.Simulation;

/// <summary>The course of a run: bursts of activity and faults, then everything is healed, and honest inquiries must succeed.</summary>
internal sealed class Script(World world)
{
    /// <summary>How often in the life of an attestation a host asks for it: some times in its last quarter.</summary>
    private const int StepsOfLife = 14;

    /// <summary>No host's mark, no memory against replay and no rate is in the way of an honest inquiry after so long.</summary>
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(1_500);

    private static readonly double[] Quiet = [0, 15, 70, 400, 700, 4_000];

    private readonly Dice _dice = world.Dice.For("script");
    private readonly Faults _faults = new(world);
    private readonly HostKeyChanges _hostKeys = new(world);
    private readonly KmsKeyChanges _kmsKeys = new(world);
    private readonly SimulatedHost _favourite = world.Favourite;

    public async Task RunAsync()
    {
        foreach (SimulatedKms kms in world.Nodes) kms.Start();
        foreach (SimulatedHost host in world.Hosts)
        {
            if (host.IsHostile || _dice.Chance(0.95)) world.Zones.Publish(host, Use.Identity, host.Key.Public);
            if (_dice.Chance(0.3)) world.Zones.Publish(host, Uses.Ssh, world.NewOtherKey());
        }
        for (int burst = 0; burst < world.Plan.Bursts && world.Violation is null; burst++)
        {
            List<Task> tasks = [_faults.RunAsync(), _hostKeys.RunAsync(), _kmsKeys.RunAsync(), world.Adversary.RunAsync()];
            foreach (SimulatedHost host in world.Hosts) tasks.Add(AskAsync(host));
            await Task.WhenAll(tasks);
            await Task.Delay(TimeSpan.FromSeconds(_dice.Pick(world.Plan.KeepsAsking ? Quiet[..2] : Quiet)), world.Time);
        }
        await HealAsync();
        await MustSucceedAsync();
        if (world.Plan.KeepsAsking && world.Violation is null) await MustBeRenewedAsync();
    }

    private Task AskAsync(SimulatedHost host) => world.Plan.KeepsAsking ? GoOnAskingAsync(host) : AskAFewTimesAsync(host);

    /// <summary>Uses few keys again and again, all through a burst that is longer than an attestation lives.</summary>
    private async Task GoOnAskingAsync(SimulatedHost host)
    {
        DomainName other = AnyName();
        for (int left = 8; left > 0 && world.Violation is null; left--)
        {
            await Task.Delay(_dice.Between(0, 1) * world.Plan.Slowness, world.Time);
            await host.AskAsync(_dice.Chance(0.7) ? _favourite.Name : other, Use.Identity, _dice.Chance(0.15));
        }
    }

    private async Task AskAFewTimesAsync(SimulatedHost host)
    {
        List<Task> asking = [];
        for (int left = _dice.Below(4); left > 0; left--)
        {
            await Task.Delay(_dice.Between(0, 4), world.Time);
            asking.Add(host.AskAsync(AnyName(), _dice.Chance(0.25) ? Uses.Ssh : Use.Identity, _dice.Chance(0.4)));
            if (_dice.Chance(0.6)) await asking[^1];
        }
        await Task.WhenAll(asking);
    }

    private DomainName AnyName() => _dice.Below(10) switch
    {
        0 => DomainName.Parse($"nobody.{_dice.Pick(world.Kmss).Domain}"),
        1 => _dice.Pick(world.Kmss).Name,
        < 7 => _favourite.Name,
        _ => _dice.Pick(world.Hosts).Name,
    };

    private async Task HealAsync()
    {
        world.HasFaults = false;
        world.Network.IsFaulty = false;
        world.Network.Heal();
        _faults.Repair();
        world.Log.Add("faults stop");
        await Task.Delay(Recovery, world.Time);
    }

    private async Task MustSucceedAsync()
    {
        foreach (SimulatedHost host in world.Hosts)
        {
            SimulatedHost sought = _dice.Pick(world.Hosts);
            if (sought == host || world.Violation is not null) continue;
            bool isHonest = !world.Truth.RouteOf(host, sought.Name).Concat(world.Truth.RouteOf(sought, host.Name)).Any(kms => kms.IsCompromised);
            bool isThere = world.Zones.Has(sought, Use.Identity) && world.Zones.Has(host, Use.Identity) && !world.Plan.TightLimits;
            bool isRefresh = _dice.Chance(0.7);
            KeyResult? result = await host.AskAsync(sought.Name, Use.Identity, isRefresh);

            // That a node is down costs time, until it is known.
            for (int more = world.Nodes.Any(kms => kms.Server is null) ? world.Kmss.Count : 0; more > 0 && result is not KeyFound; more--)
                result = await host.AskAsync(sought.Name, Use.Identity, isRefresh);
            if (!isHonest || !isThere || host.IsHostile) continue;
            if (result is not KeyFound found)
            {
                if (result is not KeyWithoutAnchor) world.Fail($"faults have stopped, and {host.Name} asks in vain for {sought.Name}: {result?.Summary}");
                continue;
            }
            world.Truth.Count(world.Nodes.Any(kms => kms.Server is null) ? "healed: has the key, though a node is down" : "healed: has the key");
        }
    }

    /// <summary>
    /// Without faults, what hosts go on asking for is renewed in time: their KMS has it at hand whenever they ask, for as long as
    /// they do.
    /// </summary>
    private async Task MustBeRenewedAsync()
    {
        TimeSpan step = world.Plan.AttestationLifetime / StepsOfLife;
        List<SimulatedHost> asking = [.. world.Hosts.Where(host => host != _favourite).Take(2)];
        for (int i = 0; i < 2 * StepsOfLife && world.Violation is null; i++)
        {
            if (i == StepsOfLife) world.Oracle.ExpectsRenewals = RenewsInTime;
            await Task.WhenAll(asking.Select(host => host.AskAsync(_favourite.Name, Use.Identity, _dice.Chance(0.3))));
            await Task.Delay(step, world.Time);
        }
    }

    /// <summary>A renewal is tried once a minute, so a short life may end without one; so may one where clocks differ.</summary>
    private bool RenewsInTime =>
        world.Plan is { TightLimits: false, MostOffset: 0, ClockSteps: false }
        && world.Plan.AttestationLifetime > 2 * Spec.RenewalInterval
        && world.Zones.Has(_favourite, Use.Identity)
        && !world.Kmss.Any(kms => kms.IsCompromised);
}
