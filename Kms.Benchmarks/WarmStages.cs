using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Kms.Protocol;
using Kms.Server;

namespace Kms.Benchmarks;

/// <summary>Where the time of a warm inquiry with a MAC goes: each stage by itself, in turn, again and again; the median counts.</summary>
internal static class WarmStages
{
    private const int Batch = 4096;
    private const int Rounds = 31;

    /// <summary>After so many rounds the platform has compiled everything for the second time; before, most of what is measured is that.</summary>
    private const int WarmUp = 40;

    public static async Task PrintAsync()
    {
        using LoneKeyServer server = new(AuthenticationMode.Mac);
        Response warm = await server.AskAsync(server.Inquire(mac: true));
        Attestation attestation = (Attestation)warm.Messages.Single(message => message.Message is Attestation).Message;
        Answer answer = (Answer)warm.Messages.Single(message => message.Message is Answer).Message;
        DomainName self = server.Server.Configuration.Name;
        server.HostKey.TryAgree(LoneKeyServer.Asking, self, server.Key.PublicKey, sending: true, out PairwiseKey? pairwise);
        byte[] mac = new byte[PairwiseKey.MacSize];
        byte[] key = RandomNumberGenerator.GetBytes(PairwiseKey.MacSize);
        MessageText[] texts = [];
        RequestPacket[] packets = [];
        (string, Action)[] stages =
        [
            ("the whole", () => Each(packets, packet => server.AskAsync(packet).GetAwaiter().GetResult())),
            ("  read the inquiry", () => Each(texts, text => Require(MessageText.TryParse(text.Text, out _, out _)))),
            ("  check its MAC", () => Each(texts, text => Require(text.IsAuthenticatedBy(pairwise!)))),
            ("  its digest, for the memory against replay", () => Each(texts, text => Digest.Of(text.Text.Span))),
            ("  write the answer with its MAC", () => Each(texts, _ => Require(MessageText.TryAuthenticate(answer, pairwise!, out MessageText? _)))),
            ("the platform's HMAC of a text", () => Each(texts, text => HMACSHA256.HashData(key, text.Covered, mac))),
            ("the platform's SHA-256 of a text", () => Each(texts, text => SHA256.HashData(text.Covered, mac))),
        ];
        List<double>[] times = [.. stages.Select(_ => new List<double>())];
        long[] bytes = new long[stages.Length];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int round = 0; round < WarmUp + Rounds; round++)
        {
            packets = [.. Enumerable.Range(0, Batch).Select(_ => server.Inquire(mac: true))];
            texts = [.. packets.Select(packet => MessageText.TryParse(packet.Records[0].Text, out MessageText? text, out _) ? text : throw new InvalidOperationException("ours"))];
            for (int i = 0; i < stages.Length; i++)
            {
                long allocated = GC.GetTotalAllocatedBytes(), start = Stopwatch.GetTimestamp();
                stages[i].Item2();
                double time = Stopwatch.GetElapsedTime(start).TotalMicroseconds / Batch;
                if (round >= WarmUp) times[i].Add(time);
                bytes[i] = (GC.GetTotalAllocatedBytes() - allocated) / Batch;
            }
        }
        (packets, texts) = ([], []);
        long kept = (GC.GetTotalMemory(forceFullCollection: true) - before) / ((WarmUp + Rounds) * Batch);
        Console.WriteLine($"A warm inquiry with a MAC, of {attestation.Name}, without a host server around it:");
        for (int i = 0; i < stages.Length; i++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{stages[i].Item1,-46} {times[i].Order().First(),6:0.00} µs at best, {Ratio.Median(times[i]),6:0.00} in the middle, {bytes[i],6} B"));
        Console.WriteLine($"Until it can no longer be replayed, {kept} B of it are kept.");
    }

    private static void Require(bool holds)
    {
        if (!holds) throw new InvalidOperationException("a stage that fails");
    }

    private static void Each<T>(T[] items, Action<T> act)
    {
        foreach (T item in items) act(item);
    }
}
