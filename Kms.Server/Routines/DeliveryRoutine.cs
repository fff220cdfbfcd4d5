using System.Collections.Immutable;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>Accepts deliveries: step 464 of Fig. 4, and the way back of refusals.</summary>
internal sealed class DeliveryRoutine(KeyTable table, PendingInquiries pendings, Deliveries deliveries, IKeyServerJournal journal, TimeProvider time)
{
    /// <summary>
    /// The pending inquiry that an attested delivery fits: its id is pending, and <c>name</c>, <c>use</c>, <c>kms</c>,
    /// <c>of</c> and the attestation's own tags are that inquiry's. Null where it fits none.
    /// </summary>
    public PendingInquiry? FindFitting(Delivery delivery, MessageText attestation)
    {
        PendingInquiry? pending = deliveries.FindOwn(delivery);
        return pending is not null
            && delivery.Of == attestation.Digest
            && ((Attestation)attestation.Message).Question == pending.Question
                ? pending
                : null;
    }

    /// <summary>Checks the attestation beside a delivery, keeps it where its anchor is known, and ends the wait.</summary>
    /// <returns>Null, or why it is abandoned.</returns>
    public AbandonReason? Accept(KeyServerConfiguration configuration, PendingInquiry pending, Delivery delivery, MessageText text)
    {
        Attestation attestation = (Attestation)text.Message;
        if (!IsGood(attestation, time.GetUtcNow()) || table.WouldGoBack(attestation)) return AbandonReason.Attestation;

        ImmutableArray<VerificationKey> keys = configuration.KeysOf(attestation.Kms);
        KeyTableEntry entry;
        if (keys.IsEmpty)
        {
            entry = new KeyTableEntry(text, verifiedBy: null); // the host can check it; here it is not kept
        }
        else
        {
            if (keys.FirstOrDefault(text.IsSignedBy) is not { } key) return AbandonReason.Attestation;
            entry = new KeyTableEntry(text, key.PublicKey);
            table.Keep(entry, configuration.Limits.KeyTableEntries);
        }
        if (!pendings.End(pending, new Outcome.Attested(entry, delivery.Path))) return AbandonReason.Unfit;
        journal.Record(new JournalEvent(JournalEventKind.Accepted, delivery.Question, delivery.From, null));
        return null;
    }

    /// <summary>A refusal for an inquiry of this KMS's own: the way back ends here.</summary>
    /// <returns>Null, or why it is abandoned.</returns>
    public AbandonReason? AcceptRefusal(Delivery refusal)
    {
        // It comes from the neighbour that was asked: the way back is the way there.
        if (deliveries.FindOwn(refusal) is not { } pending || pending.Asked != refusal.From) return AbandonReason.Unfit;
        return pendings.End(pending, new Outcome.Refused(refusal.Reason!.Value, refusal.Path)) ? null : AbandonReason.Unfit;
    }

    private static bool IsGood(Attestation attestation, DateTimeOffset now) =>
        now < attestation.Expires
        && attestation.At <= now + Spec.AllowedSkew
        && attestation.Expires - attestation.At <= Spec.MaximumAttestationLifetime;
}
