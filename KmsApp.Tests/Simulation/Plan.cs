using Kms.Server;

namespace KmsApp.Tests.Simulation;

/// <summary>
/// What a run is made of. Each seed switches some faults on and most off, each to a degree of its own: what is always on
/// hides what only shows without it.
/// </summary>
internal sealed class Plan
{
    public Plan(ulong seed)
    {
        Dice dice = new Dice(seed).For("plan");
        Kmss = 2 + dice.Below(4);
        Hosts = 2 + dice.Below(3);
        Bursts = 2 + dice.Below(3);
        Mode = dice.Chance(0.2) ? AuthenticationMode.Mac : AuthenticationMode.Signature;
        MostLatency = dice.Chance(0.3) ? 0.4 : 0.02;
        Loss = dice.Chance(0.4) ? dice.Pick([0.02, 0.15, 0.5]) : 0;
        Duplication = dice.Chance(0.4) ? dice.Pick([0.05, 0.5]) : 0;
        LongDelay = dice.Chance(0.3) ? dice.Pick([0.02, 0.2]) : 0;
        Unreachable = dice.Chance(0.5) ? 0.7 : 0;
        Partitions = dice.Chance(0.25);
        Crashes = dice.Chance(0.3);
        MostOffset = dice.Chance(0.4) ? dice.Pick([2.0, 60, 120]) : 0;
        ClockSteps = dice.Chance(0.15);
        KeyChanges = dice.Chance(0.6);
        KmsKeyChanges = dice.Chance(0.3);
        ZoneTrouble = dice.Chance(0.2);
        TightLimits = dice.Chance(0.1);
        AttestationLifetime = TimeSpan.FromSeconds(dice.Pick<int>(MostOffset > 1 ? [600, 3600] : [20, 60, 600, 3600]));
        Eavesdrops = dice.Chance(0.7);
        Attacks = dice.Chance(0.7) ? dice.Pick([2, 5, 12]) : 0;
        HostileHost = dice.Chance(0.3);
        CompromisedKms = dice.Chance(0.4);
        HostRestarts = dice.Chance(0.15);
        KeyRemovals = dice.Chance(0.25);
        TimedKeys = dice.Chance(0.25);
        Ed25519 = Mode == AuthenticationMode.Signature && dice.Chance(0.2);
        Cluster = Mode == AuthenticationMode.Signature && dice.Chance(0.25);
        if (dice.Chance(0.18))
        {
            KeepsAsking = true;
            Bursts = 2;
            AttestationLifetime = TimeSpan.FromSeconds(dice.Pick<int>(MostOffset > 1 ? [600, 1_800] : [60, 150, 300, 600]));
        }
    }

    /// <summary>Whether one KMS is a cluster of two nodes.</summary>
    public bool Cluster { get; }

    /// <summary>How many KMSs there are.</summary>
    public int Kmss { get; }

    public int Hosts { get; }

    /// <summary>Stretches of activity, with quiet times between that may be long.</summary>
    public int Bursts { get; }

    public AuthenticationMode Mode { get; }

    /// <summary>The longest latency that is no fault, in seconds.</summary>
    public double MostLatency { get; }

    public double Loss { get; }

    public double Duplication { get; }

    public double LongDelay { get; }

    /// <summary>How probable it is that a closed port is reported.</summary>
    public double Unreachable { get; }

    public bool Partitions { get; }

    public bool Crashes { get; }

    /// <summary>How far clocks are off, in seconds; never so far that two honest ones do not understand each other.</summary>
    public double MostOffset { get; }

    /// <summary>Whether clocks are set wrong by hours, and right again.</summary>
    public bool ClockSteps { get; }

    public bool KeyChanges { get; }

    /// <summary>Whether keys of hosts are removed from their zones.</summary>
    public bool KeyRemovals { get; }

    /// <summary>Whether there are keys that count from a time on, or until one.</summary>
    public bool TimedKeys { get; }

    /// <summary>Whether half of the parties have keys of Ed25519.</summary>
    public bool Ed25519 { get; }

    public bool KmsKeyChanges { get; }

    public bool ZoneTrouble { get; }

    /// <summary>Whether the limits of the KMSs are so low that they are reached.</summary>
    public bool TightLimits { get; }

    public TimeSpan AttestationLifetime { get; }

    /// <summary>Whether hosts have their key tables on disks, crash, and start again.</summary>
    public bool HostRestarts { get; }

    /// <summary>Whether hosts go on asking for the same keys for longer than attestations live, so that these are renewed.</summary>
    public bool KeepsAsking { get; }

    /// <summary>How much slower a burst is than the ordinary one of a few seconds.</summary>
    public double Slowness => KeepsAsking ? AttestationLifetime.TotalSeconds / 4 : 1;

    /// <summary>Whether the adversary sees what honest machines send to each other.</summary>
    public bool Eavesdrops { get; }

    /// <summary>The attacks in each burst.</summary>
    public int Attacks { get; }

    /// <summary>Whether the adversary has the key of a host.</summary>
    public bool HostileHost { get; }

    /// <summary>Whether the adversary gets the key of a KMS.</summary>
    public bool CompromisedKms { get; }
}
