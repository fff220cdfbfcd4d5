using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Kms.Client;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Simulation;

/// <summary>A machine with a real <see cref="KmsClient"/>.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The cancellation has neither a timer nor a wait handle, and nothing is linked to it.")]
internal sealed class SimulatedHost
{
    private readonly World _world;
    private readonly int _number;
    private readonly Dice _dice;
    private readonly SimulatedWire _wire;
    private CancellationTokenSource _ending = new();

    public SimulatedHost(World world, int number, SimulatedKms kms, KeyPair key, SimulatedClock clock, ImmutableArray<SimulatedKms> anchors)
    {
        (_world, _number) = (world, number);
        (Kms, Key, Clock, Anchors) = (kms, key, clock, anchors);
        Name = DomainName.Parse($"h{number}.{kms.Domain}");
        Address = new IPAddress([198, 51, 100, (byte)(number + 1)]);
        _dice = world.Dice.For($"host {number}");
        _wire = new SimulatedWire(world.Network, Address, (packet, _) => world.Oracle.Sent(this, packet), packet => world.Oracle.Heard(this, packet));
        Table = new SimulatedTable(world, this, world.Plan.HostRestarts ? new SimulatedDisk(number, world.Dice.For($"disk {number}")) : null);
        Client = NewClient();
    }

    public DomainName Name { get; }

    public IPAddress Address { get; }

    /// <summary>The KMS that it asks.</summary>
    public SimulatedKms Kms { get; }

    /// <summary>Its own key.</summary>
    public KeyPair Key { get; set; }

    public SimulatedClock Clock { get; }

    public ImmutableArray<SimulatedKms> Anchors { get; }

    /// <summary>What it knows of the keys of KMSs, where that is not what they announce.</summary>
    public Dictionary<SimulatedKms, ImmutableArray<KeyPair>> Known { get; } = [];

    /// <summary>Whether the adversary has its key too.</summary>
    public bool IsHostile { get; set; }

    /// <summary>Its key table; on a disk where hosts restart.</summary>
    public SimulatedTable Table { get; }

    public KmsClient? Client { get; private set; }

    public void Reconfigure() => Client?.Reconfigure(Configuration());

    /// <summary>Ends at once, in the middle of whatever is under way. Its disk stays.</summary>
    public async Task CrashAsync()
    {
        KmsClient client = Client!;
        Client = null;
        _world.Log.Add($"{Name} crashes");
        await _ending.CancelAsync().ConfigureAwait(false);
        await client.SettleAsync(TimeSpan.Zero).ConfigureAwait(false);
    }

    public void Start()
    {
        _world.Log.Add($"{Name} starts");
        _ending = new CancellationTokenSource();
        Table.Reopen();
        Client = NewClient();
    }

    public ImmutableArray<KeyPair> KeysOf(SimulatedKms kms) => Known.TryGetValue(kms, out ImmutableArray<KeyPair> known) ? known : kms.Announced;

    /// <summary>Asks for a key; what comes of it is judged. Nothing comes of it where the host is down, or crashes meanwhile.</summary>
    public async Task<KeyResult?> AskAsync(DomainName name, Use use, bool refreshes)
    {
        if (Client is not { } client) return null;
        CancellationToken ending = _ending.Token;
        TimeSpan began = _world.Time.Elapsed;
        ImmutableArray<(SimulatedKms, KeyPair)> known = [.. Anchors.SelectMany(anchor => KeysOf(anchor).Select(key => (anchor, key)))];
        _world.Log.Add($"{Name} asks for {name} {use}{(refreshes ? " again" : "")}");
        try
        {
            KeyResult result = await (refreshes ? client.RefreshKeyAsync(name, use, ending) : client.GetKeyAsync(name, use, ending)).ConfigureAwait(false);
            _world.Log.Add($"{Name} has {result.Summary}");
            _world.Verdict.Judge(this, name, use, result, began, known);
            return result;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _world.Fail($"an exception came out of the client of {Name}: {e}");
            return null;
        }
    }

    private KmsClient NewClient() => new(Configuration(), new KmsClientEnvironment
    {
        Exchange = new DnsExchange(_wire, Clock, () => (ushort)_dice.Below(65_536)),
        Importer = KeyPool.Importer,
        Table = Table,
        Time = Clock,
        Random = _dice.Fill,
        LocalAddress = _ => Address,
    });

    private KmsClientConfiguration Configuration() => new()
    {
        Name = Name,
        Key = Key.Private,
        Kms = new AskedKms(Kms.Name, [.. Kms.EndpointsFor(_number)], PublicKeysOf(Kms)),
        TrustAnchors = [.. Anchors.Select(anchor => new TrustAnchor(anchor.Name, anchor.Domain, PublicKeysOf(anchor)))],
        Authentication = _world.Plan.Mode == AuthenticationMode.Mac ? SealKind.Mac : SealKind.Signature,
    };

    private ImmutableArray<PublicKey> PublicKeysOf(SimulatedKms kms) => [.. KeysOf(kms).Select(pair => pair.Public)];
}
