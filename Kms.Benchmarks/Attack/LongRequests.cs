using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Kms.Protocol;
using KmsApp.Tests;

namespace Kms.Benchmarks;

/// <summary>Requests of 65,535 bytes over TCP, a connection each.</summary>
/// <param name="session">The target.</param>
/// <param name="rate">How many a second.</param>
internal sealed class LongRequests(LoadSession session, int rate)
{
    private const int AtOnce = 200;
    private const int Different = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private int _answered, _closed, _silent, _sent;

    /// <summary>An ordinary query for the zone's TXT record, and junk.</summary>
    public byte[][] Ordinary() => [LongPacket.Fill(new DnsMessage { Questions = [new DnsQuestion(session.Asked.Domain.Value, DnsType.Txt)], Edns = new Edns() }, LongPacket.Nothing)];

    /// <summary>Records that bear the head, and no message.</summary>
    public byte[][] Heads() => [LongPacket.Fill(new DnsMessage { Questions = [new DnsQuestion("x." + session.Asked.OtherDomain, DnsType.Txt)], Edns = new Edns() }, LongPacket.HeadAlone)];

    /// <summary>Genuine inquiries of known hosts, and junk.</summary>
    public byte[][] Inquiries() => [.. Enumerable.Range(0, Different).Select(_ => session.Prepare(PacketKind.Warm, 1)[0]).Select(packet =>
        DnsMessage.TryRead(packet, out DnsMessage? inquiry, out DnsFault fault) ? LongPacket.Fill(inquiry, LongPacket.Nothing) : throw new InvalidOperationException(fault.ToString()))];

    /// <summary>Deliveries in the name of the anchor, with attestations, and junk. The seals are a stranger's.</summary>
    public byte[][] Deliveries()
    {
        Asked asked = session.Asked;
        using SigningKey stranger = KeyImporter.Generate();
        DomainName name = DomainName.Parse("x." + asked.OtherDomain);
        DateTimeOffset now = UnixTime.Floor(TimeProvider.System.GetUtcNow());
        Attestation attestation = new(name, Use.Identity, stranger.PublicKey, asked.Anchor, now, now + TimeSpan.FromMinutes(1));
        if (!MessageText.TrySign(attestation, stranger, out MessageText? attested) || !KmsPath.None.TryAddInquiry(asked.Name, out KmsPath path)) throw new InvalidOperationException("It fits.");
        Delivery delivery = new(
            name, Use.Identity, asked.Anchor, asked.Anchor, asked.Name, new InquiryId(RandomNumberGenerator.GetBytes(InquiryId.Size)), now, path, [], DeliveryResult.Attested, attested.Digest, null);
        if (!MessageText.TrySign(delivery, stranger, out MessageText? delivered)) throw new InvalidOperationException("It fits.");
        return [LongPacket.Fill(KmsPacket.Request(0, name.Value, delivered.Text, attested.Text), LongPacket.Nothing)];
    }

    /// <summary>Sends packets, in turn, at the rate.</summary>
    /// <returns>How many were sent a second, and what became of them.</returns>
    public async Task<(double Rate, string Became)> RunAsync(byte[][] packets, TimeSpan length)
    {
        (_answered, _closed, _silent, _sent) = (0, 0, 0, 0);
        byte[][] framed = [.. packets.Select(packet => RawDns.Framed(packet))];
        HashSet<Task> underWay = [];
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) is var now && now < length)
        {
            underWay.RemoveWhere(task => task.IsCompleted);
            if (_sent < rate * now.TotalSeconds && underWay.Count < AtOnce) underWay.Add(AskAsync(framed[_sent++ % framed.Length]));
            else await Task.Delay(1);
        }
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await Task.WhenAll(underWay);
        return (_sent / seconds, $"answered {_answered:N0}, closed {_closed:N0}, silence {_silent:N0}");
    }

    private async Task AskAsync(byte[] framed)
    {
        using CancellationTokenSource over = new(Patience);
        try
        {
            using Socket socket = new(session.Asked.Dns.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(Sources.Any(), 0));
            await socket.ConnectAsync(session.Asked.Dns, over.Token);
            using NetworkStream stream = new(socket, ownsSocket: false);
            await stream.WriteAsync(framed, over.Token);
            byte[] answer = new byte[sizeof(ushort)];
            await stream.ReadExactlyAsync(answer, over.Token);
            Interlocked.Increment(ref _answered);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            Interlocked.Increment(ref _closed);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref _silent);
        }
    }
}
