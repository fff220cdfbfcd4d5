using System.Collections.Immutable;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Simulation;

/// <summary>Everything in one run: the hierarchy, its hosts, the network, the adversary, and those who watch.</summary>
internal sealed class World
{
    private readonly KeyPool _keys;
    private readonly Dice _keyDice;
    private int _nextKey;
    private int _nextEd25519;

    public World(ulong seed, KeyPool keys, bool keepsLines)
    {
        _keys = keys;
        Plan = new Plan(seed);
        Dice = new Dice(seed);
        _keyDice = Dice.For("keys");
        Log = new EventLog(Time, keepsLines);
        Network = new SimulatedNetwork(Time, Plan, Dice.For("network"));
        Truth = new Truth(this);
        Zones = new Zones(this);
        Oracle = new Oracle(this);
        Verdict = new Verdict(this);
        Adversary = new Adversary(this);
        Network.Observed = Adversary.See;
        Limits = Plan.TightLimits
            ? new Limits
            {
                KeyTableEntries = 2,
                PendingInquiries = 2,
                RelaysUnderWay = 2,
                ReplayEntriesForHost = 6,
                ReplayEntriesForNeighbour = 8,
                ReplayEntries = 14,
                KnownHosts = 2,
                KnownMisses = 2,
                ZoneLookups = 1,
                SignedRefusals = 2,
                ChecksForOthers = new(2, 5),
                RateEntries = 3,
            }
            : new Limits();
        Build();
    }

    public Plan Plan { get; }

    public Dice Dice { get; }

    public VirtualTime Time { get; } = new();

    public EventLog Log { get; }

    public SimulatedNetwork Network { get; }

    public Truth Truth { get; }

    public Zones Zones { get; }

    public Oracle Oracle { get; }

    public Verdict Verdict { get; }

    public Adversary Adversary { get; }

    public Limits Limits { get; }

    public List<SimulatedKms> Kmss { get; } = [];

    /// <summary>Every node of every KMS.</summary>
    public IEnumerable<SimulatedKms> Nodes => Kmss.SelectMany(kms => kms.Nodes);

    public List<SimulatedHost> Hosts { get; } = [];

    /// <summary>The host about which most ask, so that its old keys and new ones meet.</summary>
    public SimulatedHost Favourite => Hosts[^1];

    /// <summary>Whether faults still happen.</summary>
    public bool HasFaults { get; set; } = true;

    /// <summary>The first thing that must not happen and did.</summary>
    public string? Violation { get; private set; }

    public void Fail(string violation)
    {
        Violation ??= violation;
        Log.Add($"VIOLATION: {violation}");
    }

    /// <summary>A key that nobody in this run has had.</summary>
    public KeyPair NewKey() => _keys[_nextKey++];

    /// <summary>A key for a KMS or a host, of an algorithm that may authenticate.</summary>
    public KeyPair NewPartyKey() => Plan.Ed25519 && _keyDice.Chance(0.5) ? _keys.Ed25519(_nextEd25519++) : NewKey();

    /// <summary>A key for another use than identity: nobody looks at its algorithm.</summary>
    public PublicKey NewOtherKey() => _keyDice.Chance(0.5) ? NewKey().Public : KeyPool.X25519(_keyDice);

    /// <summary>Every table within its bound.</summary>
    public void CheckTables()
    {
        foreach (SimulatedKms kms in Nodes)
        {
            if (kms.Server?.Occupancy is not { } now) continue;
            if (now.KeyTable > Limits.KeyTableEntries || now.Pending > Limits.PendingInquiries || now.Remembered > Limits.ReplayEntries
                || now.Hosts > Limits.KnownHosts + Limits.KnownMisses || now.Relays > Limits.RelaysUnderWay) Fail($"{kms.Name} has more than its tables may: {now}");
        }
    }

    private void Build()
    {
        Dice dice = Dice.For("build");
        for (int i = 0; i < Plan.Kmss; i++)
        {
            SimulatedKms? upper = i == 0 ? null : Kmss[dice.Below(i)];
            DomainName domain = DomainName.Parse(upper is null ? "xx" : $"{(char)('a' + i)}.{upper.Domain}");
            Kmss.Add(new SimulatedKms(this, i, upper, domain, NewPartyKey(), NewClock(dice)) { TrustsTop = dice.Chance(0.6) });
        }
        if (Plan.Cluster) _ = new SimulatedKms(this, Kmss.Count, dice.Pick(Kmss), NewPartyKey());
        for (int i = 0; i < Plan.Hosts; i++)
        {
            SimulatedKms kms = dice.Pick(Kmss);
            ImmutableArray<SimulatedKms> anchors = [.. Kmss.Where(k => kms.Domain.IsHeldBy(k.Domain) && (k.Upper is null || dice.Chance(0.3)))];
            Hosts.Add(new SimulatedHost(this, i, kms, NewPartyKey(), NewClock(dice), anchors) { IsHostile = Plan.HostileHost && i == 0 });
        }
    }

    private SimulatedClock NewClock(Dice dice) =>
        new(Time, dice.Between(-Plan.MostOffset, Plan.MostOffset), Plan.MostOffset > 0 && dice.Chance(0.5) ? (dice.Below(201) - 100) * 1e-5 : 0);
}
