using System.Net;
using System.Security.Cryptography;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>One key server of a <see cref="Network"/>, with its zone, its work queue and its journal.</summary>
internal sealed class Node : IKmsTransport, IHostKeySource, IWorkQueue, IKeyServerJournal, IDisposable
{
    private readonly Network _network;
    private readonly List<JournalEvent> _journal = [];
    private readonly Queue<Action> _held = new();
    private KeyServer? _server;

    public Node(Network network, DomainName name, DomainName domain, IPEndPoint[] addresses)
    {
        _network = network;
        Name = name;
        Domain = domain;
        Addresses = addresses;
        Clock = new ShiftedClock(network.Time);
        Verification = Import(Key.PublicKey);
    }

    public DomainName Name { get; }

    public DomainName Domain { get; }

    public IPEndPoint[] Addresses { get; set; }

    public IPEndPoint Address => Addresses[0];

    /// <summary>Its clock, which may be wrong.</summary>
    public ShiftedClock Clock { get; }

    /// <summary>How its packets travel, where not in memory.</summary>
    public IKmsTransport? Transport { get; set; }

    public SigningKey Key { get; } = KeyImporter.Generate();

    public VerificationKey Verification { get; }

    /// <summary>The TXT records at <c>_kms.&lt;host&gt;</c>; null: the zone cannot be read.</summary>
    public Dictionary<DomainName, List<ReadOnlyMemory<byte>>?> Zone { get; } = [];

    /// <summary>What a look-up in the zone waits for.</summary>
    public Task ZoneGate { get; set; } = Task.CompletedTask;

    public int ZoneReads { get; private set; }

    /// <summary>Whether work waits for <see cref="ReleaseWork"/>.</summary>
    public bool HoldsWork { get; set; }

    /// <summary>Whether the work queue takes nothing more.</summary>
    public bool IsQueueFull { get; set; }

    public KeyServer Server => _server ?? throw new InvalidOperationException("Start the node first.");

    public bool IsStarted => _server is not null;

    /// <summary>Whether nobody is at its address.</summary>
    public bool IsDown { get; private set; }

    /// <summary>What happened, in order.</summary>
    public IReadOnlyList<JournalEvent> Journal
    {
        get { lock (_journal) return [.. _journal]; }
    }

    /// <summary>Why the last packet was abandoned, or null where the last thing that happened is something else.</summary>
    public AbandonReason? Abandoned => Journal is [.., { Kind: JournalEventKind.Abandoned } last] ? last.Abandoned : null;

    /// <summary>The limits that were reached, in order.</summary>
    public IEnumerable<string> LimitsReached => Journal.Where(e => e.Kind == JournalEventKind.LimitReached).Select(e => e.Limit!);

    public static VerificationKey Import(PublicKey key) =>
        new KeyImporter(null).TryImport(key, out VerificationKey? imported, out KeyFault fault) ? imported : throw new InvalidOperationException(fault.ToString());

    public Neighbour AsUpper(AuthenticationMode mode = default) => new(Name, null, [.. Addresses], [Import(Key.PublicKey)], mode);

    public Neighbour AsLower(AuthenticationMode mode = default) => new(Name, Domain, [.. Addresses], [Import(Key.PublicKey)], mode);

    public TrustedKms AsTrusted() => new(Name, Domain, [Import(Key.PublicKey)]);

    /// <summary>A configuration of this node, to be changed by the caller.</summary>
    public KeyServerConfiguration Configure(Neighbour? upper = null, Neighbour[]? lower = null, TrustedKms[]? trusted = null, Limits? limits = null, AuthenticationMode mode = default) =>
        new(Name, Domain, Key, Verification, upper, [.. lower ?? []], [.. trusted ?? []], []) { Address = Address, Limits = limits ?? new(), Authentication = mode };

    public void Start(KeyServerConfiguration configuration) =>
        _server = new KeyServer(configuration, Transport ?? this, this, new KeyImporter(null), this, this, Clock, RandomNumberGenerator.Fill);

    /// <summary>Ends the server as a killed process does: what it had in memory is gone, and nobody is at its address.</summary>
    public void Kill()
    {
        Server.Dispose();
        _server = null;
        IsDown = true;
    }

    /// <summary>Begins once more, with nothing in memory.</summary>
    public void Restart(KeyServerConfiguration configuration)
    {
        IsDown = false;
        Start(configuration);
    }

    /// <summary>Puts a key of a host into the zone, beside those that are there.</summary>
    public void Publish(KeyRecord record)
    {
        if (!Zone.TryGetValue(record.Name, out List<ReadOnlyMemory<byte>>? texts) || texts is null) Zone[record.Name] = texts = [];
        texts.Add(MessageText.Of(record).Text);
    }

    /// <summary>Puts a key of a host into the zone, in place of those that are there.</summary>
    public void Replace(DomainName host, PublicKey key)
    {
        Zone.Remove(host);
        Publish(new KeyRecord(host, Use.Identity, key, null, null));
    }

    /// <summary>Signs a message as this node.</summary>
    public MessageText Sign(Message message) => MessageText.TrySign(message, Key, out MessageText? text) ? text : throw new InvalidOperationException("too long");

    /// <summary>Hands a request over, as the host server would, and waits for its response.</summary>
    public async Task<Response> ReceiveAsync(IPEndPoint source, bool isStream, params MessageText[] messages) =>
        await AdmitAsync(source, isStream, messages) is { } admission ? await admission.Response : Response.Abandoned;

    /// <summary>Hands a request over, as the host server would.</summary>
    public ValueTask<Admission?> AdmitAsync(IPEndPoint source, bool isStream, params MessageText[] messages)
    {
        string name = messages[0].Message is Request request ? request.Name.Value : "";
        return Server.ReceiveAsync(new RequestPacket(name, [.. messages.Select(m => new CarriedRecord(name, m.Text))], source, isStream));
    }

    /// <summary>Empties the journal.</summary>
    public void Forget()
    {
        lock (_journal)
        {
            _journal.Clear();
            _journal.TrimExcess();
        }
    }

    /// <summary>Runs the work that is held.</summary>
    public void ReleaseWork()
    {
        while (_held.TryDequeue(out Action? work)) work();
    }

    public void Dispose()
    {
        _server?.Dispose();
        Key.Dispose();
        Verification.Dispose();
    }

    Task<bool> IKmsTransport.SendAsync(IPEndPoint destination, MessageText request, MessageText? attestation, CancellationToken cancellation) =>
        _network.SendAsync(new SentRequest(request, attestation, Address, destination), cancellation);

    IPAddress? IKmsTransport.LocalAddressToward(IPEndPoint destination) => Address.Address;

    async Task<ZoneAnswer> IHostKeySource.ReadAsync(DomainName host, CancellationToken cancellation)
    {
        ZoneReads++;
        await ZoneGate.WaitAsync(cancellation).ConfigureAwait(false);
        return Zone.TryGetValue(host, out List<ReadOnlyMemory<byte>>? texts) ? new ZoneAnswer(texts?.ToArray()) : new ZoneAnswer([]);
    }

    bool IWorkQueue.TryEnqueue(Action work, bool isOfHost)
    {
        if (IsQueueFull) return false;
        if (HoldsWork) _held.Enqueue(work);
        else work();
        return true;
    }

    void IKeyServerJournal.Record(in JournalEvent happened)
    {
        if (happened.Fault is { } fault) Console.WriteLine($"{Name}: {fault}"); // shown where the test fails
        lock (_journal) _journal.Add(happened);
    }
}
