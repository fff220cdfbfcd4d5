using System.Net;
using System.Security.Cryptography;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>The network of the seed's Fig. 7, in memory: four key servers, host A in b.a.xx, host B in c.a.xx.</summary>
internal sealed class Figure7 : IDisposable
{
    /// <summary>What is under way is done after so many turns, as a rule; then to go on asking takes the processor from who does it.</summary>
    private const int QuickTurns = 200;

    /// <param name="mode">How all of them authenticate what they send.</param>
    /// <param name="change">Changes the configuration of a node before it starts.</param>
    /// <param name="only">Starts this node alone; the others are puppets.</param>
    /// <param name="limits">The limits of every node.</param>
    public Figure7(AuthenticationMode mode = default, Func<Node, KeyServerConfiguration, KeyServerConfiguration>? change = null, string? only = null, Limits? limits = null)
    {
        Network = new Network(Time);
        Kms00 = Network.Add("kms00.xx", "xx", Endpoint(1));
        Kms0 = Network.Add("kms0.a.xx", "a.xx", Endpoint(2));
        Kms1 = Network.Add("kms1.b.a.xx", "b.a.xx", Endpoint(3));
        Kms2 = Network.Add("kms2.c.a.xx", "c.a.xx", Endpoint(4));
        Mode = mode;
        Limits = limits ?? new();
        foreach (Node node in (Node[])[Kms00, Kms0, Kms1, Kms2])
        {
            if (only is not null && node.Name.Value != only) continue;
            KeyServerConfiguration configuration = ConfigurationOf(node);
            node.Start(change is null ? configuration : change(node, configuration));
        }
        Kms1.Publish(new KeyRecord(HostA, Use.Identity, KeyA.PublicKey, null, null));
        Kms2.Publish(new KeyRecord(HostB, Use.Identity, KeyB.PublicKey, null, null));
    }

    public static DomainName HostA { get; } = DomainName.Parse("host-a.b.a.xx");

    public static DomainName HostB { get; } = DomainName.Parse("host-b.c.a.xx");

    public VirtualTime Time { get; } = new();

    public Network Network { get; }

    public Node Kms00 { get; }

    public Node Kms0 { get; }

    public Node Kms1 { get; }

    public Node Kms2 { get; }

    public SigningKey KeyA { get; } = KeyImporter.Generate();

    public SigningKey KeyB { get; } = KeyImporter.Generate();

    public IPEndPoint AddressOfA { get; } = Endpoint(10);

    public DateTimeOffset Now => UnixTime.Floor(Time.GetUtcNow());

    private AuthenticationMode Mode { get; }

    private Limits Limits { get; }

    public static IPEndPoint Endpoint(int number) => new(IPAddress.Parse($"192.0.2.{number}"), Spec.DnsPort);

    public static InquiryId NewId() => new(RandomNumberGenerator.GetBytes(InquiryId.Size));

    public static KmsPath Path(string text) => KmsPath.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out KmsPath path) ? path : throw new FormatException(text);

    /// <summary>Waits until what other threads do has had its effect.</summary>
    public static async Task UntilAsync(Func<bool> done, string what)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        for (int turn = 0; !done(); turn++)
        {
            if (System.Diagnostics.Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(20)) Assert.Fail($"It never happened: {what}.");
            if (turn < QuickTurns) await Task.Yield();
            else await Task.Delay(1);
        }
    }

    /// <summary>The configuration of a node, in its place in the figure.</summary>
    public KeyServerConfiguration ConfigurationOf(Node node, bool trusting = true) =>
        node == Kms00 ? node.Configure(lower: [Kms0.AsLower(Mode)], limits: Limits, mode: Mode)
        : node == Kms0 ? node.Configure(Kms00.AsUpper(Mode), [Kms1.AsLower(Mode), Kms2.AsLower(Mode)], limits: Limits, mode: Mode)
        : node == Kms1 ? node.Configure(Kms0.AsUpper(Mode), trusted: trusting ? [Kms00.AsTrusted()] : [], limits: Limits, mode: Mode)
        : node.Configure(Kms0.AsUpper(Mode), limits: Limits, mode: Mode);

    /// <summary>Host A's inquiry for a name, signed.</summary>
    public MessageText Inquire(DomainName name, DomainName? kms = null, Use use = default, Func<Inquiry, Inquiry>? change = null, SigningKey? key = null)
    {
        Inquiry inquiry = new(name, use, kms ?? Kms00.Name, AddressOfA, HostA, Kms1.Name, NewId(), Now, KmsPath.None);
        return MessageText.TrySign(change?.Invoke(inquiry) ?? inquiry, key ?? KeyA, out MessageText? text) ? text : throw new InvalidOperationException("too long");
    }

    /// <summary>Host A's inquiry for its own key, which KMS1 attests itself: nobody else is needed.</summary>
    public MessageText InquireAtHome(Func<Inquiry, Inquiry>? change = null, SigningKey? key = null) => Inquire(HostA, Kms1.Name, change: change, key: key);

    /// <summary>Host A asks KMS1.</summary>
    public Task<Response> AskAsync(MessageText inquiry) => Kms1.ReceiveAsync(AddressOfA, isStream: false, inquiry);

    /// <summary>Host A asks KMS1, which asks on: its request to the puppet.</summary>
    public async Task<(Task<Response> Response, SentRequest Sent)> AskOnAsync(MessageText inquiry)
    {
        int before = Network.Sent.Count;
        Task<Response> response = AskAsync(inquiry);
        await UntilAsync(() => Network.Sent.Count > before, "a request is sent on");
        return (response, Network.Sent[before]);
    }

    /// <summary>An attestation of host B's key by KMS00, good for an hour.</summary>
    public Attestation Attestation(PublicKey? key = null) =>
        new(HostB, Use.Identity, key ?? KeyB.PublicKey, Kms00.Name, Now, Now + TimeSpan.FromHours(1));

    /// <summary>An attested delivery by KMS00 that fits an inquiry of KMS1.</summary>
    public Delivery Deliver(Request request, MessageText attestation) =>
        new(request.Name, request.Use, request.Kms, Kms00.Name, Kms1.Name, request.Id, Now, Path("kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx,kms0.a.xx"), [], DeliveryResult.Attested, attestation.Digest, null);

    /// <summary>An unsolved delivery by KMS0 that fits an inquiry of KMS1.</summary>
    public Delivery Refuse(Request request, Reason reason) =>
        new(request.Name, request.Use, request.Kms, Kms0.Name, Kms1.Name, request.Id, Now, Path("kms1.b.a.xx,kms0.a.xx"), [Kms1.Name], DeliveryResult.Unsolved, null, reason);

    public void Dispose()
    {
        Network.Dispose();
        KeyA.Dispose();
        KeyB.Dispose();
    }
}
