using System.Globalization;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>
/// Bad packets beside a good one that differs from them in the fault alone. That the bad ones are abandoned counts only if
/// all have reached the server, and the good one, sent last, is answered.
/// </summary>
internal static class Trial
{
    private const ushort GoodId = 0x8000;

    /// <summary>What a trial gives where everything is as it should be.</summary>
    /// <param name="good">The response to the good packet: see <see cref="KindOf"/>.</param>
    public static string Abandoned(string good) => $"no response over UDP, closed over TCP; the right packet: {good}";

    /// <summary>Sends bad packets over UDP and TCP, and the good one after them.</summary>
    public static async Task<Observation> RunAsync(Hierarchy hierarchy, KmsNode node, IReadOnlyList<DnsMessage> bad, DnsMessage good)
    {
        if (bad.Count == 0) return new("no bad packet was made");
        using Probe probe = new(node.Endpoint);
        int mark = hierarchy.Tap.Mark;
        IReadOnlyList<DnsMessage> sent = probe.SendAll(bad);
        ProbeResponse? answer = await probe.AskAsync(good with { Id = GoodId });
        await probe.ListenOnAsync();
        int arrived = Traffic.CountAt(hierarchy, node, mark, sent);

        List<string> faults = [];
        if (arrived < bad.Count) faults.Add(string.Create(CultureInfo.InvariantCulture, $"only {arrived} of {bad.Count} have arrived"));
        for (int i = 0; i < bad.Count; i++)
        {
            if (probe.Responses.TryGetValue((ushort)i, out ProbeResponse? response)) faults.Add(string.Create(CultureInfo.InvariantCulture, $"number {i + 1} over UDP: {KindOf(response)}"));
            if (await probe.AskTcpAsync(bad[i]) is { } overTcp) faults.Add(string.Create(CultureInfo.InvariantCulture, $"number {i + 1} over TCP: {KindOf(overTcp)}"));
        }
        string came = faults.Count == 0 ? "no response over UDP, closed over TCP" : string.Join(", ", faults);
        return new($"{came}; the right packet: {KindOf(answer)}", bad.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"{bad.Count} packets"));
    }

    /// <summary>The types of the messages in a response, or how it does without.</summary>
    public static string KindOf(ProbeResponse? came)
    {
        if (came is not { Message: var response }) return "no response";
        string types = string.Join(" and ", KmsPacket.Texts(response.Answers)
            .Select(text => MessageText.TryParse(text, out MessageText? message, out _) ? message.Message.Type.ToString().ToLowerInvariant() : "something malformed"));
        if (types.Length > 0) return types;
        return response.Truncated ? "TC" : response.ResponseCode.ToString().ToUpperInvariant();
    }
}
