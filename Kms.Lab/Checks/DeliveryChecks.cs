using Kms.Client;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>
/// Deliveries (arrow 86) that a KMS must abandon while it waits for a good one. The genuine one is lost on its way, the bad
/// ones come instead, and then one that is good: as long as it comes, the host does not notice any of them.
/// </summary>
internal static class DeliveryChecks
{
    private const string Group = "Deliveries abandoned by a KMS that waits";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static IEnumerable<LabCheck> For(HierarchyPlan plan)
    {
        string expected = $"no response over UDP; {plan.HostA} waits on; the right delivery: acknowledgement; B's key, signed by {plan.Top.Name}, over the network";
        yield return Check("delivery-id", "a wrong id", expected, (wait, from) => [wait.Deliver(from(), wait.Good, id: Forge.NewId())]);
        yield return Check("delivery-beside", "another attestation beside it, well signed", expected, (wait, from) => [wait.Deliver(from(), wait.Good, beside: wait.Attest(from().Key.PublicKey))]);
        yield return Check("delivery-forged", "an attestation signed by a stranger in the anchor's name", expected, (wait, from) => [wait.DeliverForged(from())]);
        yield return Check("delivery-byte", "an attestation with one byte changed, r changed, n-s in place of s", expected, (wait, from) =>
            [.. wait.Altered().Select(attestation => wait.Deliver(from(), attestation))]);
        yield return Check("delivery-expired", "an expired attestation of B's key", expected, (wait, from) =>
            [wait.Deliver(from(), wait.Attest(wait.Key, at: TimeSpan.FromMinutes(-61), expires: TimeSpan.FromMinutes(-1)))]);
        yield return Check("delivery-older", "an older attestation of a replaced key, well signed and not expired", expected, (wait, from) =>
            [wait.Deliver(from(), wait.Attest(from().Key.PublicKey, at: TimeSpan.FromMinutes(-61), expires: TimeSpan.FromMinutes(30)))], isCached: true);
    }

    private static LabCheck Check(string id, string fault, string expected, Func<Wait, Func<Party>, IReadOnlyList<DnsMessage>> forge, bool isCached = false) =>
        new(id, Group, "a delivery with " + fault, expected, hierarchy => RunAsync(hierarchy, forge, isCached));

    private static async Task<Observation> RunAsync(Hierarchy hierarchy, Func<Wait, Func<Party>, IReadOnlyList<DnsMessage>> forge, bool isCached)
    {
        if (isCached)
        {
            // In its last 10 s an attestation in the table is asked for anew, but still stands in the way of older ones.
            if (await hierarchy.A.NewClient(hierarchy.Top).GetKeyAsync(hierarchy.B.Name, Use.Identity) is not KeyFound first) return new("the first inquiry failed");
            hierarchy.Time.Advance(first.Expires - hierarchy.Time.GetUtcNow() - TimeSpan.FromSeconds(9));
        }
        List<Party> strangers = [];
        Party Stranger()
        {
            // Each has a name of its own: an id is used once by one sender.
            strangers.Add(Party.Stranger(DomainName.Parse($"kms{strangers.Count}.zz")));
            return strangers[^1];
        }

        using Probe probe = new(hierarchy.KmsOfA.Endpoint);
        TaskCompletionSource<Delivery> caught = new(TaskCreationOptions.RunContinuationsAsynchronously);
        DateTimeOffset since = UnixTime.Floor(hierarchy.Time.GetUtcNow());
        hierarchy.KmsOfA.Server.Loses = packet =>
        {
            if (packet.Messages.Select(text => text.Message).OfType<Delivery>().FirstOrDefault(d => d.From == hierarchy.Top.Name) is not { } delivery) return false;
            if (delivery.At >= since) caught.TrySetResult(delivery); // an older one is a straggler of an earlier check
            return true;
        };
        try
        {
            Task<KeyResult> asking = hierarchy.A.NewClient(hierarchy.Top).GetKeyAsync(hierarchy.B.Name, Use.Identity);
            Wait wait = new(hierarchy, await caught.Task.WaitAsync(Patience));
            IReadOnlyList<DnsMessage> bad = forge(wait, Stranger);
            DnsMessage good = wait.Deliver(Stranger(), wait.Good) with { Id = ushort.MaxValue };
            int mark = hierarchy.Tap.Mark;
            bool haveArrived = await Traffic.ArriveAtAsync(hierarchy, hierarchy.KmsOfA, mark, probe.SendAll(bad));
            await probe.ListenOnAsync();
            string bads = !haveArrived ? "not all have arrived" : probe.Responses.Count == 0 ? "no response over UDP" : $"{Trial.KindOf(probe.Responses.Values.First())} over UDP";
            string waits = asking.IsCompleted ? $"{hierarchy.A.Name} has an answer" : $"{hierarchy.A.Name} waits on";
            string kind = Trial.KindOf(await probe.AskAsync(good));
            return new($"{bads}; {waits}; the right delivery: {kind}; {Told.By(await asking, (hierarchy.B.Key.PublicKey, "B's"))}");
        }
        finally
        {
            strangers.ForEach(stranger => stranger.Dispose());
        }
    }
}
