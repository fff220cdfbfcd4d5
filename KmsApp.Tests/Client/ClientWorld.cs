using System.Net;
using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>
/// Host A of the seed's Fig. 7 with its client, KMS1 as a script, and the keys of everybody. KMS1 answers well
/// unless the test says otherwise.
/// </summary>
internal sealed class ClientWorld
{
    internal static readonly TestParty HostA = new("host-a.b.a.xx");
    internal static readonly TestParty Kms1 = new("kms1.b.a.xx");
    internal static readonly TestParty Kms0 = new("kms0.a.xx");
    internal static readonly TestParty Kms00 = new("kms00.xx");
    internal static readonly TestParty Stranger = new("stranger.yy");
    internal static readonly TestParty HostB = new("host-b.c.a.xx");
    internal static readonly PublicKey NewKeyOfB = KeyImporter.Generate().PublicKey;
    internal static readonly IPEndPoint FirstAddress = new(IPAddress.Parse("192.0.2.1"), 53);
    internal static readonly IPEndPoint SecondAddress = new(IPAddress.Parse("2001:db8::1"), 53);
    internal static readonly TrustAnchor TopAnchor = new(Kms00.Name, DomainName.Parse("xx"), [Kms00.PublicKey]);
    internal static readonly TrustAnchor NearAnchor = new(Kms0.Name, DomainName.Parse("a.xx"), [Kms0.PublicKey]);
    internal static readonly KmsClientConfiguration Standard = new()
    {
        Name = HostA.Name,
        Key = HostA.Key,
        Kms = new AskedKms(Kms1.Name, [FirstAddress], [Kms1.PublicKey]),
        TrustAnchors = [TopAnchor],
    };

    private byte _lastId;

    internal ClientWorld(KmsClientConfiguration? configuration = null, int maximumInquiries = Limits.InquiriesUnderWay, KeyImporter? importer = null)
    {
        Kms = new ScriptedKms(Time);
        Kms.Answer(received => Answer(received));
        Client = new KmsClient(configuration ?? Standard, new KmsClientEnvironment
        {
            Exchange = new DnsExchange(Kms, Time, () => 7),
            Importer = importer ?? new KeyImporter(null),
            Table = Table,
            Time = Clock = new ShiftedClock(Time),
            Random = bytes => bytes.Fill(++_lastId),
            LocalAddress = _ => IPAddress.Parse("192.0.2.77"),
            MaximumInquiries = maximumInquiries,
        });
    }

    internal VirtualTime Time { get; } = new();

    /// <summary>The host's clock, which may be wrong.</summary>
    internal ShiftedClock Clock { get; }

    internal ScriptedKms Kms { get; }

    internal KeyTable Table { get; } = new();

    internal KmsClient Client { get; }

    internal DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Asks for B's key and runs the clock until the result is there.</summary>
    internal Task<KeyResult> AskAsync(Use use = default) => FinishAsync(Client.GetKeyAsync(HostB.Name, use));

    /// <summary>Runs the clock until a result is there.</summary>
    internal async Task<KeyResult> FinishAsync(Task<KeyResult> asking)
    {
        while (!asking.IsCompleted && Time.AdvanceToNextTimer()) { }
        return await asking.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>Lets time pass with nobody waiting.</summary>
    internal void Pass(TimeSpan time) => Time.Advance(time);

    /// <summary>The attestation that the anchor asked for would give now: B's key, good for an hour.</summary>
    internal Attestation AttestationFor(Inquiry inquiry, PublicKey? key = null) =>
        new(inquiry.Name, inquiry.Use, key ?? HostB.PublicKey, inquiry.Kms, Now, Now.AddHours(1));

    /// <summary>A response with answer and attestation.</summary>
    /// <param name="received">The inquiry.</param>
    /// <param name="answer">Changes the answer.</param>
    /// <param name="attestation">Changes the attestation.</param>
    /// <param name="from">Who signs the answer.</param>
    /// <param name="by">Who signs the attestation.</param>
    internal DnsMessage Answer(
        ReceivedInquiry received, Func<Answer, Answer>? answer = null, Func<Attestation, Attestation>? attestation = null,
        TestParty? from = null, TestParty? by = null)
    {
        (MessageText first, MessageText second) = Messages(received, answer, attestation, from, by);
        return KmsPacket.Response(received.Packet, first.Text, second.Text);
    }

    internal (MessageText Answer, MessageText Attestation) Messages(
        ReceivedInquiry received, Func<Answer, Answer>? answer = null, Func<Attestation, Attestation>? attestation = null,
        TestParty? from = null, TestParty? by = null)
    {
        Attestation row = AttestationFor(received.Inquiry);
        by ??= row.Kms == Kms0.Name ? Kms0 : Kms00;
        MessageText attested = by.Sign(attestation?.Invoke(row) ?? row);
        Answer bound = new(row.Name, row.Use, row.Kms, Kms1.Name, attested.Digest, KmsPath.None, Now, Now.AddSeconds(360));
        return ((from ?? Kms1).Sign(answer?.Invoke(bound) ?? bound), attested);
    }

    /// <summary>A response with a refusal.</summary>
    internal DnsMessage Unsolved(ReceivedInquiry received, Reason reason, Func<Unsolved, Unsolved>? change = null, TestParty? from = null)
    {
        Unsolved unsolved = new(
            received.Inquiry.Name, received.Inquiry.Use, received.Inquiry.Kms, Kms1.Name, reason, KmsPath.None, Now, Now.AddSeconds(330));
        return KmsPacket.Response(received.Packet, (from ?? Kms1).Sign(change?.Invoke(unsolved) ?? unsolved).Text);
    }
}
