using System.Text;
using Kms.Lab;
using Kms.Protocol;
using Kms.Server;
using KmsApp.Tests.Protocol;
using TechnitiumLibrary.Net.Dns;

namespace KmsApp.Tests.Fuzzing;

/// <summary>
/// Whole packets at a KMS, through the translation of the lab and the app's recognition of requests into the key server. The first byte
/// says at which KMS of Fig. 7; KMS1 waits for the delivery that Fig. 8 has.
/// </summary>
internal sealed class ReceptionTarget : FuzzTarget
{
    private static readonly HashSet<string> Genuine = [.. FuzzPackets.Figure8.Select(vector => Encoding.Latin1.GetString(vector.Text))];

    private readonly FuzzedKms?[] _servers = new FuzzedKms?[FuzzedKms.Names.Count];

    public override string Name => "reception";

    public override IEnumerable<byte[]> Seeds =>
        Enumerable.Range(0, _servers.Length).SelectMany(kms => FuzzPackets.All.Concat(Bad).Select(packet => (byte[])[(byte)kms, .. packet]));

    public override IReadOnlyList<string> Tokens => FuzzWords.Message;

    public override int MaximumLength => DnsMessage.MaximumLength;

    public override int ShortRun => 6_000;

    public override IReadOnlyList<string> Expected =>
        ["unreadable", "no message", "no request", "admitted", nameof(AbandonReason.Malformed), nameof(AbandonReason.Receiver), nameof(AbandonReason.Clock), nameof(AbandonReason.Sender), nameof(AbandonReason.Seal), nameof(AbandonReason.Unfit)];

    /// <summary>A server is made anew after each request that it takes.</summary>
    public override long AllocationFor(int length) => (1024 * 1024) + (256L * length);

    public override string Try(byte[] input)
    {
        if (input.Length == 0 || !DnsMessage.TryRead(input.AsSpan(1), out DnsMessage? message, out _)) return "unreadable";
        DnsDatagram datagram;
        try
        {
            datagram = WireTranslation.ToDatagram(message);
        }
        catch (EndOfStreamException)
        {
            return "unreadable"; // to the host, which answers it by itself
        }
        if (datagram.IsResponse || KmsHead.Find(datagram) is not { } records) return "no message";
        if (!KmsHead.IsFormOfRequest(datagram)) return "no request";
        int index = input[0] % _servers.Length;
        FuzzedKms kms = _servers[index] ??= new FuzzedKms(FuzzedKms.Names[index]);
        return Receive(kms, index, new RequestPacket(datagram.Question[0].Name, records, Server.Figure7.Endpoint(10), IsStream: false));
    }

    public override byte[] MutateInside(byte[] input, Mutator mutator) =>
        input.Length == 0 ? input : mutator.Random.Next(10) == 0 ? [(byte)mutator.Random.Next(_servers.Length), .. input.AsSpan(1)] : [input[0], .. FuzzPackets.MutateInside(input[1..], mutator)];

    /// <summary>Requests of Fig. 8 with something else in them: another time, sender, ID, tag; and what is no request, or no packet.</summary>
    private static IEnumerable<byte[]> Bad =>
        [[], (KmsPacket.Request(7, Fig8.HostB, [FuzzPackets.TextOf("81-inquiry")]) with { Opcode = Kms.Protocol.DnsOpcode.Update }).ToArray(), Changed("at=17", "ta=17", "81-inquiry"), Changed("at=17", "at=16", "81-inquiry"), Changed(Fig8.HostA, "host-c.b.a.xx", "81-inquiry"), Changed(Fig8.HostId, Fig8.KmsId, "81-inquiry"), Changed(Fig8.KmsId, Fig8.HostId, "86-delivery", "86-attestation")];

    private static byte[] Changed(string old, string other, params string[] vectors) => KmsPacket.Request(
        7, Fig8.HostB, [.. vectors.Select(vector => (ReadOnlyMemory<byte>)Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(FuzzPackets.TextOf(vector)).Replace(old, other, StringComparison.Ordinal)))]).ToArray();

    /// <summary>The authority of an attested delivery is its attestation: its own seal counts where the sender's key is known.</summary>
    private static bool IsGenuine(ReadOnlyMemory<byte> text) =>
        Genuine.Contains(Encoding.Latin1.GetString(text.Span))
        || (MessageText.TryParse(text, out MessageText? parsed, out _) && parsed.Message is Delivery { Result: DeliveryResult.Attested, From.Value: var from } && !FuzzedKms.Names.Contains(from));

    private string Receive(FuzzedKms kms, int index, RequestPacket packet)
    {
        Occupancy before = kms.Server.Occupancy;
        Task<Admission?> received = kms.Server.ReceiveAsync(packet).AsTask();
        BrokenLawException.Unless(received.IsCompletedSuccessfully, "with all keys at hand the reception does not wait");
        BrokenLawException.Unless(kms.Fault is null, "no packet is a fault of ours");
        if (received.Result is not { } admission)
        {
            // The names that are known are a cache, which looking for a sender's key fills.
            BrokenLawException.Unless(kms.Server.Occupancy with { Hosts = before.Hosts } == before, "a packet that is abandoned leaves no state");
            return kms.Abandoned?.ToString() ?? "abandoned in silence";
        }
        kms.Dispose();
        _servers[index] = null;
        BrokenLawException.Unless(packet.Records.All(record => IsGenuine(record.Text)), "nothing is admitted but what its sender sealed");
        BrokenLawException.Unless(!admission.Response.IsCompleted || admission.Response.Result.Kind is not (ResponseKind.Fault or ResponseKind.Busy), "a good request is no fault, and reaches no limit");
        return "admitted";
    }
}
