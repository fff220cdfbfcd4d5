using System.Globalization;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>What has reached the servers since a time: messages by receiver, repeated ones counted once.</summary>
internal static class Traffic
{
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

    /// <summary>The messages that have reached a server. What was written earlier is a straggler of an earlier check.</summary>
    public static int CountAt(Hierarchy hierarchy, KmsNode node, int mark, DateTimeOffset since) => hierarchy.Tap.Since(mark)
        .Where(packet => packet.Server == node.Name.Value)
        .SelectMany(packet => packet.Messages)
        .Where(text => text.Message is Request request && request.At >= UnixTime.Floor(since))
        .Select(text => text.Digest).Distinct().Count();
}
