using System.Net;
using System.Security.Cryptography;
using Kms.Protocol;
using Kms.Server;

namespace Kms.Benchmarks;

/// <summary>One key server for <c>b.a.xx</c>, which is its own trust anchor: nothing travels, so that what it costs itself can be seen.</summary>
internal sealed class LoneKeyServer : IKmsTransport, IHostKeySource, IWorkQueue, IKeyServerJournal, IDisposable
{
    private static readonly DomainName Name = DomainName.Parse("kms1.b.a.xx");

    private readonly Dictionary<DomainName, ZoneAnswer> _zone = [];
    private readonly IPEndPoint _source = new(IPAddress.Parse("192.0.2.10"), 5353);
    private int _attested;

    public LoneKeyServer(AuthenticationMode authentication)
    {
        Key = KeyImporter.Generate();
        HostKey = KeyImporter.Generate();
        KeyImporter importer = new(null);
        if (!importer.TryImport(Key.PublicKey, out VerificationKey? verification, out _)) throw new InvalidOperationException("a key of ours");
        Rate unlimited = new(int.MaxValue, int.MaxValue);
        KeyServerConfiguration configuration = new(Name, DomainName.Parse("b.a.xx"), Key, verification, null, [], [], [])
        {
            Authentication = authentication,
            Limits = new Limits { ReplayEntriesForHost = int.MaxValue, ReplayEntries = int.MaxValue, ChecksForHost = unlimited, SignaturesForHost = unlimited },
        };
        Publish(Asking, HostKey.PublicKey);
        Publish(Asked, HostKey.PublicKey);
        Server = new KeyServer(configuration, this, this, importer, this, this, TimeProvider.System, RandomNumberGenerator.Fill);
    }

    public static DomainName Asking { get; } = DomainName.Parse("host-a.b.a.xx");

    public static DomainName Asked { get; } = DomainName.Parse("host-b.b.a.xx");

    public SigningKey Key { get; }

    public SigningKey HostKey { get; }

    public KeyServer Server { get; }

    /// <summary>The number of attestations signed.</summary>
    public int Attested => _attested;

    /// <summary>An inquiry that was never seen, as a packet.</summary>
    public RequestPacket Inquire(bool mac, DomainName? name = null)
    {
        Inquiry inquiry = new(
            name ?? Asked, default, Name, _source, Asking, Name, new InquiryId(RandomNumberGenerator.GetBytes(InquiryId.Size)),
            DateTimeOffset.UtcNow, KmsPath.None);
        MessageText? text;
        bool written = mac
            ? MessageText.TryAuthenticate(inquiry, Pairwise, out text)
            : MessageText.TrySign(inquiry, HostKey, out text);
        if (!written) throw new InvalidOperationException("an inquiry is short");
        string owner = inquiry.Name.Value;
        return new RequestPacket(owner, [new CarriedRecord(owner, text!.Text)], _source, IsStream: false);
    }

    /// <summary>Asks, and sees that an answer came.</summary>
    public async Task<Response> AskAsync(RequestPacket packet)
    {
        Admission admission = await Server.ReceiveAsync(packet) ?? throw new InvalidOperationException("abandoned");
        Response response = await admission.Response;
        return response.Kind == ResponseKind.Records ? response : throw new InvalidOperationException(response.Kind.ToString());
    }

    public void Publish(DomainName host, PublicKey key) =>
        _zone[host] = new ZoneAnswer([MessageText.Of(new KeyRecord(host, default, key, null, null)).Text]);

    public void Dispose()
    {
        Server.Dispose();
        Key.Dispose();
        HostKey.Dispose();
    }

    Task<bool> IKmsTransport.SendAsync(IPEndPoint destination, MessageText request, MessageText? attestation, CancellationToken cancellation) =>
        Task.FromResult(false);

    IPAddress? IKmsTransport.LocalAddressToward(IPEndPoint destination) => IPAddress.Loopback;

    Task<ZoneAnswer> IHostKeySource.ReadAsync(DomainName host, CancellationToken cancellation) =>
        Task.FromResult(_zone.GetValueOrDefault(host, new ZoneAnswer([])));

    bool IWorkQueue.TryEnqueue(Action work, bool isOfHost)
    {
        work();
        return true;
    }

    void IKeyServerJournal.Record(in JournalEvent happened)
    {
        if (happened.Kind == JournalEventKind.Attested) Interlocked.Increment(ref _attested);
    }

    private PairwiseKey Pairwise =>
        field ??= HostKey.TryAgree(Asking, Name, Key.PublicKey, sending: true, out PairwiseKey? key) ? key : throw new InvalidOperationException("two P-256 keys agree");
}
