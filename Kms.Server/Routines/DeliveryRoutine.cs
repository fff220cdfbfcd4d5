using System.Collections.Immutable;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>Accepts deliveries: step 464 of Fig. 4, and the way back of refusals.</summary>
internal sealed class DeliveryRoutine(KeyTable table, PendingInquiries pendings, Deliveries deliveries, IKeyServerJournal journal, TimeProvider time)
{
    /// <summary>
    /// The pending inquiry that an attested delivery fits: its id is pending, and <c>name</c>, <c>use</c>, <c>kms</c>,
    /// <c>of</c> and the attestation's own tags are that inquiry's, the key among them where this KMS put it up for signature.
    /// Null where it fits none.
    /// </summary>
    public PendingInquiry? FindFitting(Delivery delivery, MessageText attestation)
    {
        PendingInquiry? pending = deliveries.FindOwn(delivery);
        return pending is not null
            && Binds(delivery, attestation)
            && pending.MayEndWith((Attestation)attestation.Message)
                ? pending
                : null;
    }

    /// <summary>
    /// Looks for what is wrong with a delivery, before anything is changed: a bad one never ends the wait for a good one.
    /// </summary>
    /// <param name="configuration">This KMS.</param>
    /// <param name="delivery">The delivery.</param>
    /// <param name="text">The attestation beside it, if it is attested.</param>
    /// <param name="attested">What it brings, if it is attested and nothing is wrong.</param>
    public AbandonReason? FindFault(KeyServerConfiguration configuration, Delivery delivery, MessageText? text, out KeyTableEntry? attested)
    {
        attested = null;
        if (text is null) return delivery.Back.Length > 1 || FindRefused(delivery) is not null ? null : AbandonReason.Unfit;
        if (FindFitting(delivery, text) is null) return AbandonReason.Unfit;
        Attestation attestation = (Attestation)text.Message;
        if (!IsGood(attestation, time.GetUtcNow()) || table.WouldGoBack(attestation)) return AbandonReason.Attestation;

        ImmutableArray<VerificationKey> keys = configuration.KeysOf(attestation.Kms);
        VerificationKey? key = keys.FirstOrDefault(text.IsSignedBy);
        if (key is null && !keys.IsEmpty) return AbandonReason.Attestation;
        attested = new KeyTableEntry(text, key?.PublicKey); // of an unknown anchor: the host can check it
        return null;
    }

    /// <summary>Keeps what an attested delivery brought, where its anchor is known here, and ends the wait.</summary>
    /// <returns>Null, or why it comes to nothing: the wait has ended, or a newer attestation came, meanwhile.</returns>
    public AbandonReason? Accept(KeyServerConfiguration configuration, Delivery delivery, KeyTableEntry attested, Origin origin)
    {
        if (deliveries.FindOwn(delivery) is not { } pending) return AbandonReason.Unfit;
        if (attested.VerifiedBy is not null)
        {
            KeyTableEntry kept = table.Keep(attested, configuration.Limits.KeyTableEntries);
            if (!kept.Attestation.Key.Equals(attested.Attestation.Key)) return AbandonReason.Attestation;
            attested = kept;
        }
        if (!pendings.End(pending, new Outcome.Attested(attested, delivery.Path))) return AbandonReason.Unfit;
        journal.Record(new JournalEvent(JournalEventKind.Accepted, delivery.Question, delivery.From, origin.Source, Path: delivery.Path, Carrier: origin.Carrier));
        return null;
    }

    /// <summary>A refusal for an inquiry of this KMS's own: the way back ends here.</summary>
    /// <returns>Null, or why it comes to nothing.</returns>
    public AbandonReason? AcceptRefusal(Delivery refusal, Origin origin)
    {
        if (FindRefused(refusal) is not { } pending || !pendings.End(pending, new Outcome.Refused(refusal.Reason!.Value, refusal.Path))) return AbandonReason.Unfit;
        journal.Record(new JournalEvent(
            JournalEventKind.Accepted, refusal.Question, refusal.From, origin.Source, Reason: refusal.Reason, Path: refusal.Path, Carrier: origin.Carrier));
        return null;
    }

    /// <summary>The pending inquiry that a refusal ends: it comes from the neighbour that was asked, for the way back is the way there.</summary>
    private PendingInquiry? FindRefused(Delivery refusal) =>
        deliveries.FindOwn(refusal) is { } pending && pending.Asked == refusal.From ? pending : null;

    private static bool Binds(Delivery delivery, MessageText attestation) => delivery.Of == attestation.Digest;

    private static bool IsGood(Attestation attestation, DateTimeOffset now) =>
        now < attestation.Expires
        && attestation.At <= now + Spec.AllowedSkew
        && attestation.Expires - attestation.At <= Spec.MaximumAttestationLifetime;
}
