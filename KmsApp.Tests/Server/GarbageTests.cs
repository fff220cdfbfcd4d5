using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>What an upper KMS sends back instead of an acknowledgement, in bytes, over UDP and TCP, in virtual time.</summary>
[TestClass]
public sealed class GarbageTests
{
    private const int Seed = 20260101;

    private static readonly Dictionary<string, Func<Figure7, DnsMessage, byte[]>> Kinds = new()
    {
        ["nothing at all"] = (_, _) => [],
        ["random bytes"] = (_, _) => RandomBytes(512),
        ["random bytes behind the right ID"] = (_, request) => [.. request.ToArray()[..2], .. RandomBytes(300)],
        ["the request itself"] = (_, request) => request.ToArray(),
        ["a plain empty NOERROR"] = (_, request) => KmsPacket.Response(request).ToArray(),
        ["REFUSED"] = (_, request) => (KmsPacket.Response(request) with { ResponseCode = DnsResponseCode.Refused }).ToArray(),
        ["SERVFAIL, not ready"] = (_, request) => KmsPacket.Failure(request, ExtendedErrorCode.NotReady).ToArray(),
        ["an acknowledgement of something else"] = (_, request) => Acknowledge(request, Digest.Of("else"u8)).ToArray(),
        ["an acknowledgement under another ID"] = (_, request) => Acknowledge(request with { Id = (ushort)(request.Id ^ 0xFFFF) }, OfRequest(request)).ToArray(),
        ["an acknowledgement, cut off"] = (_, request) => Acknowledge(request, OfRequest(request)).ToArray()[..^5],
        ["an acknowledgement, with TC"] = (_, request) => (Acknowledge(request, OfRequest(request)) with { Truncated = true }).ToArray(),
        ["an acknowledgement in the wrong section"] = (_, request) => (Acknowledge(request, OfRequest(request)) is var good ? good with { Answers = [], Authorities = good.Answers } : good).ToArray(),
        ["an answer with its attestation"] = (network, request) => Answer(network, request).ToArray(),
        ["a delivery with its attestation"] = (network, request) => Deliver(network, request).ToArray(),
        ["a refusal"] = (network, request) => KmsPacket.Response(request, network.Kms0.Sign(network.Refuse(RequestIn(request), Reason.NotFound)).Text).ToArray(),
        ["64 KB of texts"] = (_, request) => KmsPacket.Response(request, [.. Enumerable.Range(0, 240).Select(_ => (ReadOnlyMemory<byte>)new byte[255])]).ToArray(),
        ["64 KB of acknowledgements of something else"] = (_, request) =>
            KmsPacket.Response(request, [.. Enumerable.Range(0, 800).Select(i => MessageText.Of(new Acknowledgement(Digest.Of([(byte)(i & 0xFF), (byte)(i >> 8)]))).Text)]).ToArray(),
    };

    public static IEnumerable<object[]> KindNames => Kinds.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(KindNames))]
    public async Task Upper_AnswersGarbage_IsTimeoutForTheHost_AndEndsNoWait(string kind)
    {
        Func<Figure7, DnsMessage, byte[]> garbage = Kinds[kind];
        using Figure7 network = new(only: "nobody");
        FakeDnsWire wire = new(network.Time);
        network.Kms1.Transport = new DnsKmsTransport(new DnsExchange(wire, network.Time), _ => network.Kms1.Address.Address);
        network.Kms1.Start(network.ConfigurationOf(network.Kms1));
        wire.OnUdp = (conversation, packet) => DeliverShort(conversation, garbage(network, Read(packet)));
        wire.OnTcp = (packet, _) => Task.FromResult(garbage(network, Read(packet)));

        Task<Response> response = network.AskAsync(network.Inquire(Figure7.HostB));
        await Figure7.UntilAsync(() => network.Kms1.Server.Occupancy.Pending == 1 && wire.Packets.Count > 0, "it is asked");
        network.Time.Advance(ExchangeSchedule.BetweenServers.GivenUp);

        Assert.AreEqual(Reason.Timeout, (await response.WaitAsync(TimeSpan.FromSeconds(20))).Unsolved().Reason);
        Assert.IsTrue(network.Kms1.Journal.Any(e => e.Kind == JournalEventKind.Unreachable));
        Assert.IsFalse(network.Kms1.Journal.Any(e => e.Kind is JournalEventKind.Faulted or JournalEventKind.Accepted));
        Assert.AreEqual((0, 0, 0, 0), (network.Kms1.Server.Occupancy.KeyTable, network.Kms1.Server.Occupancy.Pending, wire.Open, network.Time.ArmedTimers));

        // The same garbage, and the acknowledgement after it: the wait goes on for that one.
        wire.OnUdp = (conversation, packet) =>
        {
            DeliverShort(conversation, garbage(network, Read(packet)));
            conversation.Deliver(Acknowledge(Read(packet), OfRequest(Read(packet))));
        };
        response = network.AskAsync(network.Inquire(Figure7.HostB));
        await Figure7.UntilAsync(() => network.Kms1.Journal.Any(e => e.Kind == JournalEventKind.Reached), "it is acknowledged");
        DnsMessage asked = Read(wire.Packets[^1]);
        MessageText attestation = network.Kms00.Sign(network.Attestation());
        MessageText delivery = network.Kms00.Sign(network.Deliver(RequestIn(asked), attestation));
        Assert.IsTrue((await network.Kms1.ReceiveAsync(network.Kms00.Address, false, delivery, attestation)).Acknowledges(delivery));
        (await response.WaitAsync(TimeSpan.FromSeconds(20))).Attested();
        Assert.AreEqual(0, wire.Open);
    }

    [TestMethod]
    public async Task Upper_WhoseConnectionsBreakOrHang_IsTimeoutForTheHost()
    {
        foreach (Func<byte[], CancellationToken, Task<byte[]>> tcp in (Func<byte[], CancellationToken, Task<byte[]>>[])
            [FakeDnsWire.Silent, (_, _) => Task.FromException<byte[]>(new EndOfStreamException("closed")), (_, _) => Task.FromException<byte[]>(new IOException("reset"))])
        {
            using Figure7 network = new(only: "nobody");
            FakeDnsWire wire = new(network.Time) { OnTcp = tcp, OnUdp = (conversation, packet) => conversation.Deliver(KmsPacket.AskAgainOverTcp(Read(packet))) };
            network.Kms1.Transport = new DnsKmsTransport(new DnsExchange(wire, network.Time), _ => network.Kms1.Address.Address);
            network.Kms1.Start(network.ConfigurationOf(network.Kms1));
            Task<Response> response = network.AskAsync(network.Inquire(Figure7.HostB));
            await Figure7.UntilAsync(() => wire.Sent.Any(sent => sent.StartsWith("tcp", StringComparison.Ordinal)), "it goes to TCP");
            network.Time.Advance(ExchangeSchedule.BetweenServers.GivenUp);

            Assert.AreEqual(Reason.Timeout, (await response.WaitAsync(TimeSpan.FromSeconds(20))).Unsolved().Reason);
            Assert.AreEqual((0, 0), (wire.Open, network.Time.ArmedTimers));
        }
    }

    private static void DeliverShort(FakeDnsWire.Conversation conversation, byte[] packet)
    {
        if (packet.Length <= DnsAttempt.MaximumUdpLength) conversation.Deliver(packet);
    }

    private static DnsMessage Read(byte[] packet) => DnsMessage.TryRead(packet, out DnsMessage? message, out _) ? message : throw new FormatException("no DNS message");

    private static MessageText TextIn(DnsMessage request) =>
        MessageText.TryParse(KmsPacket.Texts(request.Additionals)[0], out MessageText? text, out _) ? text : throw new FormatException("no message");

    private static Request RequestIn(DnsMessage request) => (Request)TextIn(request).Message;

    private static Digest OfRequest(DnsMessage request) => TextIn(request).Digest;

    private static DnsMessage Acknowledge(DnsMessage request, Digest of) => KmsPacket.Response(request, MessageText.Of(new Acknowledgement(of)).Text);

    private static DnsMessage Answer(Figure7 network, DnsMessage request)
    {
        MessageText attestation = network.Kms00.Sign(network.Attestation());
        Answer answer = new(Figure7.HostB, default, network.Kms00.Name, network.Kms0.Name, attestation.Digest, KmsPath.None, network.Now, network.Now + TimeSpan.FromMinutes(6));
        return KmsPacket.Response(request, network.Kms0.Sign(answer).Text, attestation.Text);
    }

    private static DnsMessage Deliver(Figure7 network, DnsMessage request)
    {
        MessageText attestation = network.Kms00.Sign(network.Attestation());
        return KmsPacket.Response(request, network.Kms00.Sign(network.Deliver(RequestIn(request), attestation)).Text, attestation.Text);
    }

    private static byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(Seed).NextBytes(bytes);
        return bytes;
    }
}
