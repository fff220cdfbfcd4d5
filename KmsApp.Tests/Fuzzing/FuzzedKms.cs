using System.Net;
using Kms.Protocol;
using Kms.Server;
using KmsApp.Tests.Protocol;

namespace KmsApp.Tests.Fuzzing;

/// <summary>A key server of Fig. 7 with the keys of the vectors, two seconds after host A asked in Fig. 8. Its neighbours are silent.</summary>
internal sealed class FuzzedKms : IKmsTransport, IHostKeySource, IKeyServerJournal, IWorkQueue, IDisposable
{
    private static readonly Rate Any = new(1_000_000_000, 1_000_000_000);

    private static readonly Limits Limits = new()
    {
        ChecksForHost = Any,
        ChecksForNeighbour = Any,
        FailedChecks = Any,
        ChecksForOthers = Any,
        ChecksForAddress = Any,
        SignaturesForHost = Any,
        SignaturesForNeighbour = Any,
        InquiriesForHost = Any,
        DeliveriesToDestination = Any,
    };

    private static readonly Dictionary<string, (string Domain, int Address, SigningKey Key, VerificationKey Verifying)> Parties = new()
    {
        [Fig8.Kms00] = ("xx", 1, VectorKeys.Private("kms00"), VectorKeys.Verifying("kms00")),
        [Fig8.Kms0] = ("a.xx", 2, VectorKeys.Private("kms0"), VectorKeys.Verifying("kms0")),
        [Fig8.Kms1] = ("b.a.xx", 3, VectorKeys.Private("kms1"), VectorKeys.Verifying("kms1")),
        [Fig8.Kms2] = ("c.a.xx", 4, VectorKeys.Private("kms2"), VectorKeys.Verifying("kms2")),
    };

    private static readonly ReadOnlyMemory<byte> KeyOfA = RecordOf(Fig8.HostA, "host-a"), KeyOfB = RecordOf(Fig8.HostB, "host-b");

    private readonly VirtualTime _time = new();
    private readonly CancellationTokenSource _stopping = new();

    public FuzzedKms(string name)
    {
        Server = new KeyServer(ConfigurationOf(name), this, this, new KeyImporter(null), this, this, _time, bytes => Convert.TryFromBase64String(Fig8.KmsId, bytes, out _));
        if (name == Fig8.Kms1)
        {
            byte[] inquiry = FuzzPackets.TextOf("81-inquiry");
            RequestPacket packet = new(Fig8.HostB, [new CarriedRecord(Fig8.HostB, inquiry)], Tests.Server.Figure7.Endpoint(10), IsStream: false);
            BrokenLawException.Unless(Server.ReceiveAsync(packet).AsTask().Result is not null && Server.Occupancy.Pending == 1, "the inquiry of Fig. 8 is taken");
        }
        _time.Advance(TimeSpan.FromSeconds(2));
    }

    public static IReadOnlyList<string> Names { get; } = [Fig8.Kms1, Fig8.Kms0, Fig8.Kms00, Fig8.Kms2];

    public KeyServer Server { get; }

    /// <summary>Why the last packet was abandoned.</summary>
    public AbandonReason? Abandoned { get; private set; }

    /// <summary>What went wrong in the server itself, if anything has.</summary>
    public Exception? Fault { get; private set; }

    public void Dispose()
    {
        _stopping.Cancel();
        Server.Dispose();
        _stopping.Dispose();
    }

    Task<bool> IKmsTransport.SendAsync(IPEndPoint destination, MessageText request, MessageText? attestation, CancellationToken cancellation) => Task.FromResult(true);

    IPAddress? IKmsTransport.LocalAddressToward(IPEndPoint destination) => IPAddress.Loopback;

    Task<ZoneAnswer> IHostKeySource.ReadAsync(DomainName host, CancellationToken cancellation) => Task.FromResult(new ZoneAnswer(host.Value switch
    {
        Fig8.HostA => [KeyOfA],
        Fig8.HostB => [KeyOfB],
        _ => [],
    }));

    void IKeyServerJournal.Record(in JournalEvent happened)
    {
        if (happened.Kind == JournalEventKind.Abandoned) Abandoned = happened.Abandoned;
        Fault ??= happened.Fault;
    }

    bool IWorkQueue.TryEnqueue(Action work, bool isOfHost)
    {
        work();
        return true;
    }

    private static KeyServerConfiguration ConfigurationOf(string name)
    {
        (string domain, int address, SigningKey key, VerificationKey verifying) = Parties[name];
        Neighbour? upper = name switch
        {
            Fig8.Kms00 => null,
            Fig8.Kms0 => NeighbourOf(Fig8.Kms00, isLower: false),
            _ => NeighbourOf(Fig8.Kms0, isLower: false),
        };
        Neighbour[] lower = name switch
        {
            Fig8.Kms00 => [NeighbourOf(Fig8.Kms0, isLower: true)],
            Fig8.Kms0 => [NeighbourOf(Fig8.Kms1, isLower: true), NeighbourOf(Fig8.Kms2, isLower: true)],
            _ => [],
        };
        TrustedKms[] trusted = name == Fig8.Kms1 ? [new TrustedKms(DomainName.Parse(Fig8.Kms00), DomainName.Parse("xx"), [Parties[Fig8.Kms00].Verifying])] : [];
        return new KeyServerConfiguration(DomainName.Parse(name), DomainName.Parse(domain), key, verifying, upper, [.. lower], [.. trusted], [])
        {
            Address = Tests.Server.Figure7.Endpoint(address),
            Limits = Limits,
        };
    }

    private static Neighbour NeighbourOf(string name, bool isLower)
    {
        (string domain, int address, _, VerificationKey verifying) = Parties[name];
        return new Neighbour(DomainName.Parse(name), isLower ? DomainName.Parse(domain) : null, [Tests.Server.Figure7.Endpoint(address)], [verifying], AuthenticationMode.Signature);
    }

    private static ReadOnlyMemory<byte> RecordOf(string host, string key) =>
        MessageText.Of(new KeyRecord(DomainName.Parse(host), Use.Identity, VectorKeys.Public(key), null, null)).Text;
}
