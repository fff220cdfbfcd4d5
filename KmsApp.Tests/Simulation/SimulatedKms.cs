using System.Collections.Immutable;
using System.Net;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Simulation;

/// <summary>
/// A machine with a real <see cref="KeyServer"/>: its place in the hierarchy, its zone, its clock, and the DNS server around it.
/// Key and zone survive a crash, memory does not. Where a KMS is a cluster, each node is such a machine: the first stands for the KMS.
/// </summary>
internal sealed class SimulatedKms : IHostKeySource, IWorkQueue, IKeyServerJournal
{
    private readonly World _world;
    private readonly int _number;
    private readonly Dice _dice;
    private int _working;

    public SimulatedKms(World world, int number, SimulatedKms? upper, DomainName domain, KeyPair key, SimulatedClock clock)
    {
        (_world, _number) = (world, number);
        _dice = world.Dice.For($"kms {number}");
        (First, Upper, Domain, Key, Clock) = (this, upper, domain, key, clock);
        Name = DomainName.Parse($"kms.{domain}");
        Endpoint = new IPEndPoint(new IPAddress([192, 0, 2, (byte)(number + 1)]), Spec.DnsPort);
        Announced = [key];
        Wire = new SimulatedWire(world.Network, Endpoint.Address, (packet, to) => world.Oracle.Sent(this, packet, to), _ => { });
        upper?.Lower.Add(this);
    }

    /// <summary>The second node of a KMS: what the first is, with a key, an address and a memory of its own. They keep the same time.</summary>
    public SimulatedKms(World world, int number, SimulatedKms first, KeyPair key)
        : this(world, number, null, first.Domain, key, first.Clock)
    {
        (Upper, Lower, Zone, TrustsTop) = (first.Upper, first.Lower, first.Zone, first.TrustsTop);
        (First, Second, first.Second) = (first, this, this);
        Announced = first.Announced = [.. first.Announced, key];
    }

    /// <summary>The first node of this KMS.</summary>
    public SimulatedKms First { get; }

    /// <summary>The second node of this KMS, where it is a cluster.</summary>
    public SimulatedKms? Second { get; private set; }

    /// <summary>All nodes of this KMS.</summary>
    public IReadOnlyList<SimulatedKms> Nodes => Second is null ? [First] : [First, Second];

    /// <summary>Where the nodes of this KMS are, in the order in which somebody else has them: not everybody begins with the same one.</summary>
    public ImmutableArray<IPEndPoint> EndpointsFor(int other) => [.. (other % 2 == 0 ? Nodes : Nodes.Reverse()).Select(node => node.Endpoint)];

    public DomainName Name { get; }

    public DomainName Domain { get; }

    public SimulatedKms? Upper { get; private init; }

    public List<SimulatedKms> Lower { get; private init; } = [];

    public IPEndPoint Endpoint { get; }

    public SimulatedClock Clock { get; }

    public SimulatedWire Wire { get; }

    /// <summary>The key with which it signs now.</summary>
    public KeyPair Key { get; set; }

    /// <summary>The keys under which others know it, unless they lag behind.</summary>
    public ImmutableArray<KeyPair> Announced { get; set; }

    /// <summary>What it knows of the keys of others, where that is not what they announce.</summary>
    public Dictionary<SimulatedKms, ImmutableArray<KeyPair>> Known { get; } = [];

    /// <summary>The records in its zone, by host.</summary>
    public Dictionary<DomainName, List<KeyRecord>> Zone { get; private init; } = [];

    /// <summary>Whether it knows the keys of the KMSs above its upper one, and checks their attestations.</summary>
    public bool TrustsTop { get; set; }

    /// <summary>Whether the adversary has its key.</summary>
    public bool IsCompromised { get; set; }

    /// <summary>Whether the adversary answers in its place.</summary>
    public bool IsPuppet { get; set; }

    public KeyServer? Server { get; private set; }

    /// <summary>The second in which the memory of the running server began, by its own clock.</summary>
    public DateTimeOffset Began { get; private set; }

    /// <summary>Counts the starts: what is remembered of one server means nothing to the next.</summary>
    public int Life { get; private set; }

    private IEnumerable<SimulatedKms> Above
    {
        get { for (SimulatedKms? kms = Upper; kms is not null; kms = kms.Upper) yield return kms; }
    }

    /// <summary>Whether this KMS checks and keeps attestations of another.</summary>
    public bool KnowsKeyOf(SimulatedKms other) => other == First || other == Upper || Lower.Contains(other) || (TrustsTop && Above.Contains(other));

    public void Start()
    {
        Life++;
        Began = UnixTime.Floor(Clock.GetUtcNow());
        DnsExchange exchange = new(Wire, Clock, () => (ushort)_dice.Below(65_536));
        Server = new KeyServer(
            Configuration(), new DnsKmsTransport(exchange, _ => Endpoint.Address), this, KeyPool.Importer, this, this, Clock, FillRandom);
        _world.Network.Serve(Endpoint, datagram => _ = HearAsync(datagram!), AnswerStreamAsync);
        _world.Log.Add($"{Name} at {Endpoint} starts");
    }

    public void Crash()
    {
        _world.Network.Unserve(Endpoint);
        Server?.Dispose();
        Server = null;
        _working = 0;
        _world.Log.Add($"{Name} at {Endpoint} crashes");
    }

    /// <summary>Puts what it knows now in force.</summary>
    public void Reconfigure() => Server?.Configure(Configuration());

    async Task<ZoneAnswer> IHostKeySource.ReadAsync(DomainName host, CancellationToken cancellation)
    {
        if (_world.HasFaults && _world.Plan.ZoneTrouble && _dice.Chance(0.3))
        {
            await Task.Delay(_dice.Between(0.01, 2), _world.Time, cancellation).ConfigureAwait(false);
            if (_dice.Chance(0.5)) return ZoneAnswer.NotKnown;
        }
        IReadOnlyList<KeyRecord> records = Zone.GetValueOrDefault(host) ?? [];
        _world.Truth.Read(host, records, UnixTime.Floor(Clock.GetUtcNow()));
        return new ZoneAnswer([.. records.Select(record => MessageText.Of(record).Text)]);
    }

    bool IWorkQueue.TryEnqueue(Action work, bool isOfHost)
    {
        if (_working >= 64) return false;
        _working++;
        int life = Life;
        _world.Time.CreateTimer(
            _ =>
            {
                if (life != Life || Server is null) return; // it died meanwhile
                _working--;
                work();
            },
            null, _dice.Between(0.00005, 0.002), Timeout.InfiniteTimeSpan);
        return true;
    }

    void IKeyServerJournal.Record(in JournalEvent happened)
    {
        _world.Log.Add($"{Name}: {happened.Kind} {happened.Abandoned} {happened.Reason} {happened.Limit} {happened.Question} {happened.Party} {happened.Source}");
        _world.Truth.Happened(happened);
        _world.Oracle.Happened(this, happened);
        if (happened.Fault is { } fault) _world.Fail($"{Name} has a fault: {fault}");
    }

    private void FillRandom(Span<byte> destination)
    {
        _dice.Fill(destination);
        _world.Oracle.Drew(this, new InquiryId(destination));
    }

    private KeyServerConfiguration Configuration() => new(
        Name, Domain, Key.Private, Key.Verification,
        Upper is null ? null : new Neighbour(Upper.Name, null, Upper.EndpointsFor(_number), KeysOf(Upper), _world.Plan.Mode),
        [.. Lower.Select(lower => new Neighbour(lower.Name, lower.Domain, lower.EndpointsFor(_number), KeysOf(lower), _world.Plan.Mode))],
        TrustsTop ? [.. Above.Skip(1).Select(above => new TrustedKms(above.Name, above.Domain, KeysOf(above)))] : [],
        [])
    {
        Address = Endpoint,
        SiblingKeys = [.. Nodes.Where(node => node != this).Select(node => node.Key.Verification)],
        SiblingAddresses = [.. Nodes.Where(node => node != this).Select(node => node.Endpoint)],
        Authentication = _world.Plan.Mode,
        AttestationLifetime = _world.Plan.AttestationLifetime,
        Limits = _world.Limits,
    };

    private ImmutableArray<VerificationKey> KeysOf(SimulatedKms other) =>
        [.. (Known.TryGetValue(other, out ImmutableArray<KeyPair> known) ? known : other.Announced).Select(pair => pair.Verification)];

    private async Task HearAsync(Datagram datagram)
    {
        if (await AnswerAsync(datagram.Packet, datagram.From, isStream: false).ConfigureAwait(false) is not { } response) return;
        _world.Network.Send(new Datagram(Endpoint, datagram.From, response));
    }

    private Task<byte[]?> AnswerStreamAsync(byte[] packet, IPEndPoint from) => AnswerAsync(packet, from, isStream: true);

    /// <summary>What the DNS server around a key server does: docs/PROTOCOL.md section 2.</summary>
    private async Task<byte[]?> AnswerAsync(byte[] packet, IPEndPoint from, bool isStream)
    {
        if (!DnsMessage.TryRead(packet, out DnsMessage? query, out _) || query.IsResponse || query.Questions.Count != 1) return null;
        IReadOnlyList<ReadOnlyMemory<byte>> texts = KmsPacket.Texts(query.Additionals);
        if (texts.Count == 0) return null;
        if (IsPuppet) return _world.Adversary.Answer(this, query, texts)?.ToArray();
        RequestPacket request = new(
            query.Questions[0].Name,
            [.. query.Additionals.Where(KmsPacket.HasHead).Zip(texts, (record, text) => new CarriedRecord(record.Name, text))],
            from, isStream);
        Reaction reaction = new(this, texts, Clock.GetUtcNow(), _world.Time.Elapsed);
        try
        {
            if (Server is not { } server || await server.ReceiveAsync(request).ConfigureAwait(false) is not { } admission) return null;
            Response response = await admission.Response.ConfigureAwait(false);
            if (server != Server) return null; // it died meanwhile
            _world.Oracle.Reacted(reaction, response);
            int limit = isStream ? DnsMessage.MaximumLength : Math.Max(DnsMessage.LeastMaximumLength, (int)(query.Edns?.UdpPayloadSize ?? 0));
            return response.Kind switch
            {
                ResponseKind.Abandoned => null,
                ResponseKind.Records => KmsPacket.Response(query, [.. response.Messages.Select(message => message.Text)]).ToArray(limit),
                ResponseKind.NoAnswer => KmsPacket.Failure(query, ExtendedErrorCode.NoReachableAuthority).ToArray(limit),
                ResponseKind.Busy when !isStream => KmsPacket.AskAgainOverTcp(query).ToArray(limit),
                ResponseKind.Busy => KmsPacket.Failure(query, ExtendedErrorCode.NotReady).ToArray(limit),
                _ => KmsPacket.Failure(query, ExtendedErrorCode.Other).ToArray(limit),
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _world.Fail($"an exception came out of {Name}: {e}");
            return null;
        }
    }
}
