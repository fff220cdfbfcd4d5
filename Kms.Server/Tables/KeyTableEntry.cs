using Kms.Protocol;

namespace Kms.Server;

/// <summary>A row of the key table (Fig. 3): an attestation that was checked, and the answer signed for it last.</summary>
internal sealed class KeyTableEntry
{
    private SignedOnce? _answer;
    private SignedOnce? _macAnswer;
    private long _renewalTried;

    /// <param name="attestation">The attestation.</param>
    /// <param name="verifiedBy">The anchor's key that verified it; null where the anchor is unknown here, and then it is never kept.</param>
    public KeyTableEntry(MessageText attestation, PublicKey? verifiedBy)
    {
        Text = attestation;
        VerifiedBy = verifiedBy;
    }

    public MessageText Text { get; }

    public Attestation Attestation => (Attestation)Text.Message;

    public PublicKey? VerifiedBy { get; }

    /// <summary>The answer that this KMS signed for it last, where it needed nobody for it.</summary>
    public SignedOnce Answer => Volatile.Read(ref _answer) ?? Interlocked.CompareExchange(ref _answer, new SignedOnce(), null) ?? _answer;

    /// <summary>The same with a MAC for whoever asked first: for everybody else only the MAC is another one.</summary>
    public SignedOnce MacAnswer => Volatile.Read(ref _macAnswer) ?? Interlocked.CompareExchange(ref _macAnswer, new SignedOnce(), null) ?? _macAnswer;

    /// <summary>Whether it may still be given out: not expired (step 43), and good for a while yet (step 47).</summary>
    public bool IsUsableAt(DateTimeOffset now) => now + Spec.LeastRemainingLife < Attestation.Expires;

    /// <summary>Whether the last part of its life has begun, in which it is renewed.</summary>
    public bool IsDueAt(DateTimeOffset now) => now >= Attestation.Expires - ((Attestation.Expires - Attestation.At) / Spec.RenewalPart);

    /// <summary>Whether it has ended already by clocks that are as far ahead as is allowed.</summary>
    public bool MayHaveEndedAt(DateTimeOffset now) => now + Spec.AllowedSkew >= Attestation.Expires;

    /// <summary>Claims a try to renew it: one caller in <see cref="Spec.RenewalInterval"/> may.</summary>
    public bool TryClaimRenewal(DateTimeOffset now)
    {
        long tried = Volatile.Read(ref _renewalTried);

        // Either way: a clock set back must not end the tries.
        return Math.Abs(now.UtcTicks - tried) >= Spec.RenewalInterval.Ticks
            && Interlocked.CompareExchange(ref _renewalTried, now.UtcTicks, tried) == tried;
    }

    /// <summary>Takes over the last try of the entry that this one replaces: one no better must not begin the tries anew.</summary>
    public void TakeClaimOf(KeyTableEntry replaced) => Volatile.Write(ref _renewalTried, Volatile.Read(ref replaced._renewalTried));
}
