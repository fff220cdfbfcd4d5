using Kms.Client;
using Kms.Protocol;
using ClientCheck = Kms.Client.Check;

namespace Kms.Lab;

/// <summary>Responses that a host must refuse (Fig. 6, step 64): somebody on the wire sends them before the genuine one.</summary>
internal static class HostChecks
{
    private const string Group = "Refused by a host";

    public static IEnumerable<LabCheck> For(HierarchyPlan plan)
    {
        yield return Check(plan, "host-byte", "the answer with one byte changed in its seal", ClientCheck.Authentication, (h, answer, attestation) => (Changed(answer), attestation));
        yield return Check(plan, "host-stranger", "an answer sealed by a stranger in the name of its KMS", ClientCheck.Authentication, (h, answer, attestation) =>
        {
            using Party stranger = Party.Stranger(h.KmsOfA.Name);
            return (stranger.Seal(answer.Message, h.A, h.Authentication), attestation);
        });
        yield return Check(plan, "host-beside", "another attestation beside the answer", ClientCheck.Of, (h, answer, attestation) =>
            (answer, h.Top.Sign((Attestation)attestation.Message with { Key = h.A.Key.PublicKey })));
        yield return Check(plan, "host-forged", "an attestation signed by its own KMS in the anchor's name", ClientCheck.AttestationSignature, (h, answer, attestation) =>
            Bound(h, answer, h.KmsOfA == h.Top ? attestation : h.KmsOfA.Sign((Attestation)attestation.Message with { Key = h.A.Key.PublicKey })));
        yield return Check(plan, "host-expired", "an expired attestation of B's key", ClientCheck.AttestationNotExpired, (h, answer, attestation) =>
        {
            Attestation good = (Attestation)attestation.Message;
            return Bound(h, answer, h.Top.Sign(good with { At = good.At - Hierarchy.AttestationLifetime, Expires = good.At }));
        });
        yield return Check(plan, "host-older", "an older attestation of a key that was replaced (step 65)", ClientCheck.Mark, (h, answer, attestation) =>
        {
            // Older than what the host has had before, and not expired.
            Attestation good = (Attestation)attestation.Message;
            return Bound(h, answer, h.Top.Sign(good with { Key = h.Neighbour.Key.PublicKey, At = good.At - Hierarchy.UntilAllIsForgotten - TimeSpan.FromMinutes(1) }));
        });
        yield return Check(plan, "host-unsolved", "\"has no key\" from its KMS, after a key was attested", ClientCheck.UnsolvedWithoutMark, (h, answer, _) =>
        {
            Answer told = (Answer)answer.Message;
            Unsolved unsolved = new(told.Name, told.Use, told.Kms, told.From, Reason.NotFound, told.Path, told.At, told.Expires);
            return (h.KmsOfA.Seal(unsolved, h.A, h.Authentication), null);
        });
    }

    private static LabCheck Check(
        HierarchyPlan plan, string id, string title, ClientCheck refusedBy, Func<Hierarchy, MessageText, MessageText, (MessageText, MessageText?)> forge) =>
        new(id, Group, $"A gets {title}", $"refused, check {(int)refusedBy} ({refusedBy}); then the genuine: B's key, signed by {plan.Top.Name}, over the network", h => RunAsync(h, forge));

    private static async Task<Observation> RunAsync(Hierarchy hierarchy, Func<Hierarchy, MessageText, MessageText, (MessageText, MessageText?)> forge)
    {
        bool isForged = false;
        KmsClient client = hierarchy.A.NewClient(new InjectingWire(Inject), hierarchy.Top);
        if (await client.GetKeyAsync(hierarchy.B.Name, Use.Identity) is not KeyFound) return new("the first inquiry failed");
        hierarchy.Forget();
        isForged = true;
        KeyResult result = await client.GetKeyAsync(hierarchy.B.Name, Use.Identity);
        string? refused = result.Trace.Where(step => step.Step == HostStep.Check).Select(step => step.Text).FirstOrDefault(text => text.StartsWith("refused", StringComparison.Ordinal));
        string check = refused is null ? "not refused" : refused[..refused.IndexOf(':', StringComparison.Ordinal)];
        return new($"{check}; then the genuine: {Told.By(result, (hierarchy.B.Key.PublicKey, "B's"))}");

        DnsMessage Inject(DnsMessage genuine)
        {
            MessageText[] texts = [.. KmsPacket.Texts(genuine.Answers).Select(Read)];
            if (!isForged || texts is not [{ Message: Answer } answer, { Message: Attestation } attestation]) return genuine;
            (MessageText first, MessageText? second) = forge(hierarchy, answer, attestation);
            return KmsPacket.Response(genuine, second is null ? [first.Text] : [first.Text, second.Text]);
        }
    }

    /// <summary>An answer of A's KMS that binds another attestation: what that KMS itself could say.</summary>
    private static (MessageText, MessageText?) Bound(Hierarchy hierarchy, MessageText answer, MessageText attestation) =>
        (hierarchy.KmsOfA.Seal((Answer)answer.Message with { Of = attestation.Digest }, hierarchy.A, hierarchy.Authentication), attestation);

    /// <summary>The same with one bit of the seal changed.</summary>
    private static MessageText Changed(MessageText text)
    {
        byte[] seal = text.SealValue();
        seal[5] ^= 1;
        return Read(Forge.WithSignature(text, seal));
    }

    private static MessageText Read(ReadOnlyMemory<byte> text) =>
        MessageText.TryParse(text, out MessageText? message, out MessageFault fault) ? message : throw new InvalidOperationException($"The text is malformed: {fault}.");
}
