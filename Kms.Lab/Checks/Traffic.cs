using System.Diagnostics;
using System.Globalization;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>What has reached the servers since a time: messages by receiver, repeated ones counted once.</summary>
internal static class Traffic
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20), BetweenLooks = TimeSpan.FromMilliseconds(1);

    /// <summary>Such as <c>kms1.b.a.xx 1, kms0.a.xx 2</c> in the order of the plan; <c>none</c> where nothing has come.</summary>
    public static string Since(Hierarchy hierarchy, int mark, DateTimeOffset since)
    {
        IEnumerable<string> counts = hierarchy.Nodes
            .Select(node => (node.Name, Count: CountAt(hierarchy, node, mark, since)))
            .Where(each => each.Count > 0)
            .Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Name} {each.Count}"));
        string text = string.Join(", ", counts);
        return text.Length == 0 ? "none" : text;
    }

    /// <summary>The messages that have reached a server, and had not before the mark. What was written earlier is a straggler of an earlier check.</summary>
    public static int CountAt(Hierarchy hierarchy, KmsNode node, int mark, DateTimeOffset since)
    {
        IReadOnlyList<TapPacket> all = hierarchy.Tap.Since(0);
        return DigestsIn(all.Skip(mark)).Except(DigestsIn(all.Take(mark))).Count();

        IEnumerable<Digest> DigestsIn(IEnumerable<TapPacket> packets) => packets
            .Where(packet => packet.Server == node.Name.Value)
            .SelectMany(packet => packet.Messages)
            .Where(text => text.Message is Request request && request.At >= UnixTime.Floor(since))
            .Select(text => text.Digest);
    }

    /// <summary>How many of these packets have reached a server.</summary>
    public static int CountAt(Hierarchy hierarchy, KmsNode node, int mark, IReadOnlyList<DnsMessage> packets)
    {
        byte[][] heard = [.. hierarchy.Tap.Since(mark).Where(packet => packet.Server == node.Name.Value && !packet.IsLost).Select(packet => packet.Request)];
        return packets.Select(packet => packet.ToArray()).Count(sent => heard.Any(request => request.AsSpan().SequenceEqual(sent)));
    }

    /// <summary>Waits until all of these packets have reached a server.</summary>
    /// <returns>False where they do not.</returns>
    public static async Task<bool> ArriveAtAsync(Hierarchy hierarchy, KmsNode node, int mark, IReadOnlyList<DnsMessage> packets)
    {
        for (long start = Stopwatch.GetTimestamp(); CountAt(hierarchy, node, mark, packets) < packets.Count; await Task.Delay(BetweenLooks))
        {
            if (Stopwatch.GetElapsedTime(start) > Patience) return false;
        }
        return true;
    }
}
