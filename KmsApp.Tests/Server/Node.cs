using System.Net;
using System.Security.Cryptography;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>One key server of a <see cref="Network"/>, with its zone.</summary>
internal sealed class Node : IKmsTransport, IHostKeySource, IWorkQueue, IKeyServerJournal, IDisposable
{
    private readonly Network _network;
    private KeyServer? _server;

    public Node(Network network, DomainName name, DomainName domain, IPEndPoint address)
    {
        _network = network;
        Name = name;
        Domain = domain;
        Address = address;
        Verification = Import(Key.PublicKey);
    }

    public DomainName Name { get; }

    public DomainName Domain { get; }

    public IPEndPoint Address { get; }

    public SigningKey Key { get; } = KeyImporter.Generate();

    public VerificationKey Verification { get; }

    /// <summary>The TXT records at <c>_kms.&lt;host&gt;</c>; null: the zone cannot be read.</summary>
    public Dictionary<DomainName, List<ReadOnlyMemory<byte>>?> Zone { get; } = [];

    public List<JournalEvent> Journal { get; } = [];

    public int ZoneReads { get; private set; }

    public KeyServer Server => _server ?? throw new InvalidOperationException("Start the node first.");

    public static VerificationKey Import(PublicKey key) =>
        new KeyImporter(null).TryImport(key, out VerificationKey? imported, out KeyFault fault) ? imported : throw new InvalidOperationException(fault.ToString());

    public Neighbour AsUpper(AuthenticationMode mode = default) => new(Name, null, [Address], [Import(Key.PublicKey)], mode);

    public Neighbour AsLower(AuthenticationMode mode = default) => new(Name, Domain, [Address], [Import(Key.PublicKey)], mode);

    public TrustedKms AsTrusted() => new(Name, Domain, [Import(Key.PublicKey)]);

    /// <summary>A configuration of this node, to be changed by the caller.</summary>
    public KeyServerConfiguration Configure(Neighbour? upper = null, Neighbour[]? lower = null, TrustedKms[]? trusted = null) =>
        new(Name, Domain, Key, Verification, upper, [.. lower ?? []], [.. trusted ?? []], []) { Address = Address };

    public void Start(KeyServerConfiguration configuration) =>
        _server = new KeyServer(configuration, this, this, new KeyImporter(null), this, this, _network.Time, RandomNumberGenerator.Fill);

    /// <summary>Puts a key of a host into the zone, beside those that are there.</summary>
    public void Publish(KeyRecord record)
    {
        if (!Zone.TryGetValue(record.Name, out List<ReadOnlyMemory<byte>>? texts) || texts is null) Zone[record.Name] = texts = [];
        texts.Add(MessageText.Of(record).Text);
    }

    /// <summary>Hands a request over, as the host server would.</summary>
    public async Task<Response> ReceiveAsync(IPEndPoint source, bool isStream, params MessageText[] messages)
    {
        string name = messages[0].Message is Request request ? request.Name.Value : "";
        RequestPacket packet = new(name, [.. messages.Select(m => new CarriedRecord(name, m.Text))], source, isStream);
        return await Server.ReceiveAsync(packet) is { } admission ? await admission.Response : Response.Abandoned;
    }

    public void Dispose()
    {
        _server?.Dispose();
        Key.Dispose();
        Verification.Dispose();
    }

    Task<bool> IKmsTransport.SendAsync(IPEndPoint destination, MessageText request, MessageText? attestation, CancellationToken cancellation) =>
        _network.SendAsync(Address, destination, request, attestation);

    IPAddress? IKmsTransport.LocalAddressToward(IPEndPoint destination) => Address.Address;

    Task<ZoneAnswer> IHostKeySource.ReadAsync(DomainName host, CancellationToken cancellation)
    {
        ZoneReads++;
        List<ReadOnlyMemory<byte>>? texts = [];
        return Task.FromResult(Zone.TryGetValue(host, out texts) ? new ZoneAnswer(texts) : new ZoneAnswer([]));
    }

    bool IWorkQueue.TryEnqueue(Action work)
    {
        work();
        return true;
    }

    void IKeyServerJournal.Record(in JournalEvent happened)
    {
        lock (Journal) Journal.Add(happened);
    }
}
