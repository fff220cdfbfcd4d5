using System.Globalization;
using System.Text;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>Requests that a KMS must abandon: no response, no state (steps 41, 51 and 53).</summary>
internal static class AttackChecks
{
    private const string Group = "Abandoned by a KMS";
    private const string Answered = "answer and attestation";

    public static IEnumerable<LabCheck> For(HierarchyPlan plan)
    {
        string answered = Trial.Abandoned(Answered);
        yield return Check("byte", "one byte changed, in each tag and in the seal", answered, OneByteAsync);
        yield return Check("sig-r", "r of its signature changed", answered, h => OtherSignatureAsync(h, Forge.OtherR));
        yield return Check("sig-s", "n-s in place of s in its signature", answered, h => OtherSignatureAsync(h, Forge.OtherS));
        yield return Check("stranger", "signed by a stranger in A's name", answered, StrangerAsync);
        yield return Check("receiver", $"meant for {plan.OfA.Upper}, well signed", answered, OtherReceiverAsync);
        yield return Check("clock", "written 10 minutes ago, and 10 minutes ahead", answered, ClockAsync);
        yield return Check("form", "as a query for A records, of an unknown type, twice in one packet", answered, FormAsync);
        yield return Check("used-id", "other bytes under a used id, well signed", answered, UsedIdAsync);
        yield return Check("ninth", "the same packet again and again",
            $"{Answered} to the first and to 8 repetitions, the ninth: no response over UDP, closed over TCP; the right packet: {Answered}", NinthAsync);
        yield return new("replayed", Group, $"A's inquiry, caught and sent to {plan.OfA.Upper}", answered, ReplayedElsewhereAsync);
        yield return new("bailiwick", Group, $"{plan.KmsOfA} asks {plan.OfA.Upper} to sign a key of {plan.HostB}, outside its domain (step 53)",
            Trial.Abandoned("acknowledgement"), BailiwickAsync);
    }

    private static LabCheck Check(string id, string fault, string expected, Func<Hierarchy, Task<Observation>> run) => new(id, Group, "A's inquiry, " + fault, expected, run);

    private static async Task<Observation> OneByteAsync(Hierarchy hierarchy)
    {
        MessageText good = Seal(hierarchy, Forge.Inquiry(hierarchy));
        return await AtKmsOfAAsync(hierarchy, [.. Forge.OneByteChanged(good).Select(text => Packet(hierarchy, text))], good);
    }

    private static async Task<Observation> OtherSignatureAsync(Hierarchy hierarchy, Func<ReadOnlySpan<byte>, byte[]> change)
    {
        MessageText good = hierarchy.A.Sign(Forge.Inquiry(hierarchy));
        return await AtKmsOfAAsync(hierarchy, [Packet(hierarchy, Forge.WithSignature(good, change(good.SealValue())))], good);
    }

    private static async Task<Observation> StrangerAsync(Hierarchy hierarchy)
    {
        using Party stranger = Party.Stranger(hierarchy.A.Name);
        Inquiry inquiry = Forge.Inquiry(hierarchy);
        return await AtKmsOfAAsync(hierarchy, [Forge.Packet(stranger.Seal(inquiry, hierarchy.KmsOfA, hierarchy.Authentication))], Seal(hierarchy, inquiry));
    }

    private static async Task<Observation> OtherReceiverAsync(Hierarchy hierarchy)
    {
        Inquiry inquiry = Forge.Inquiry(hierarchy);
        return await AtKmsOfAAsync(hierarchy, [Forge.Packet(Seal(hierarchy, inquiry with { To = hierarchy.KmsOfA.Upper!.Name }))], Seal(hierarchy, inquiry));
    }

    private static async Task<Observation> ClockAsync(Hierarchy hierarchy)
    {
        Inquiry inquiry = Forge.Inquiry(hierarchy);
        TimeSpan off = TimeSpan.FromMinutes(10);
        return await AtKmsOfAAsync(
            hierarchy,
            [Forge.Packet(Seal(hierarchy, inquiry with { At = inquiry.At - off })), Forge.Packet(Seal(hierarchy, inquiry with { At = inquiry.At + off }))],
            Seal(hierarchy, inquiry));
    }

    private static async Task<Observation> FormAsync(Hierarchy hierarchy)
    {
        MessageText good = Seal(hierarchy, Forge.Inquiry(hierarchy));
        DnsMessage packet = Forge.Packet(good);
        byte[] unknown = Encoding.ASCII.GetBytes(good.ToString().Replace("t=inquiry", "t=enquiry", StringComparison.Ordinal));
        return await AtKmsOfAAsync(
            hierarchy,
            [packet with { Questions = [packet.Questions[0] with { Type = DnsType.A }] }, Packet(hierarchy, unknown), packet with { Additionals = [.. packet.Additionals, .. packet.Additionals] }],
            good);
    }

    private static async Task<Observation> UsedIdAsync(Hierarchy hierarchy)
    {
        Inquiry inquiry = Forge.Inquiry(hierarchy);
        MessageText first = Seal(hierarchy, inquiry);
        using Probe probe = new(hierarchy.KmsOfA.Endpoint);
        if (Trial.KindOf(await probe.AskAsync(Forge.Packet(first))) is not Answered and var kind) return new($"the first: {kind}");
        return await AtKmsOfAAsync(hierarchy, [Forge.Packet(Seal(hierarchy, inquiry with { Name = hierarchy.Neighbour.Name }))], Seal(hierarchy, inquiry with { Id = Forge.NewId() }));
    }

    private static async Task<Observation> NinthAsync(Hierarchy hierarchy)
    {
        await WarmUpAsync(hierarchy);
        DnsMessage packet = Forge.Packet(Seal(hierarchy, Forge.Inquiry(hierarchy)));
        using Probe probe = new(hierarchy.KmsOfA.Endpoint);
        for (int i = 0; i <= Spec.MaximumRetransmissions; i++)
        {
            // Over TCP: what is lost on UDP would be counted wrongly.
            string kind = Trial.KindOf(await probe.AskTcpAsync(packet with { Id = (ushort)i }));
            if (kind != Answered) return new(string.Create(CultureInfo.InvariantCulture, $"{kind} to repetition {i}"));
        }
        Observation ninth = await Trial.RunAsync(hierarchy, hierarchy.KmsOfA, [packet], Forge.Packet(Seal(hierarchy, Forge.Inquiry(hierarchy))));
        return ninth with { Came = $"{Answered} to the first and to 8 repetitions, the ninth: {ninth.Came}" };
    }

    private static async Task<Observation> ReplayedElsewhereAsync(Hierarchy hierarchy)
    {
        await WarmUpAsync(hierarchy);
        DnsMessage packet = Forge.Packet(Seal(hierarchy, Forge.Inquiry(hierarchy)));
        using Probe probe = new(hierarchy.KmsOfA.Upper!.Endpoint);
        int mark = hierarchy.Tap.Mark;
        DnsMessage overTcp = packet with { Id = 1 };
        probe.Send(packet);
        bool isClosed = await probe.AskTcpAsync(overTcp) is null;
        using Probe atReceiver = new(hierarchy.KmsOfA.Endpoint);
        ProbeResponse? good = await atReceiver.AskAsync(packet with { Id = 2 });
        bool hasArrived = await Traffic.ArriveAtAsync(hierarchy, hierarchy.KmsOfA.Upper, mark, [packet, overTcp]);
        await probe.ListenOnAsync();
        bool isAbandoned = hasArrived && isClosed && probe.Responses.Count == 0;
        return new($"{(isAbandoned ? "no response over UDP, closed over TCP" : "answered, or not arrived")}; the right packet: {Trial.KindOf(good)}");
    }

    private static async Task<Observation> BailiwickAsync(Hierarchy hierarchy)
    {
        (KmsNode from, KmsNode to) = (hierarchy.KmsOfA, hierarchy.KmsOfA.Upper!);
        MessageText outside = from.Seal(Forge.SignatureRequest(hierarchy, hierarchy.B), to, hierarchy.Authentication);
        MessageText inside = from.Seal(Forge.SignatureRequest(hierarchy, hierarchy.A), to, hierarchy.Authentication);
        return await Trial.RunAsync(hierarchy, to, [Forge.Packet(outside)], Forge.Packet(inside));
    }

    private static async Task<Observation> AtKmsOfAAsync(Hierarchy hierarchy, IReadOnlyList<DnsMessage> bad, MessageText good)
    {
        await WarmUpAsync(hierarchy);
        return await Trial.RunAsync(hierarchy, hierarchy.KmsOfA, bad, Forge.Packet(good));
    }

    /// <summary>With B's key in the table of A's KMS, a good inquiry is answered at once.</summary>
    private static async Task WarmUpAsync(Hierarchy hierarchy) => await hierarchy.A.NewClient(hierarchy.Top).GetKeyAsync(hierarchy.B.Name, Use.Identity);

    private static MessageText Seal(Hierarchy hierarchy, Inquiry inquiry) => hierarchy.A.Seal(inquiry, hierarchy.KmsOfA, hierarchy.Authentication);

    private static DnsMessage Packet(Hierarchy hierarchy, ReadOnlyMemory<byte> text) => KmsPacket.Request(0, hierarchy.B.Name.Value, text);
}
