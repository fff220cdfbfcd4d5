using Kms.Protocol;

namespace Kms.Server;

/// <summary>A row of the key table (Fig. 3): an attestation that was checked, and the answer signed for it last.</summary>
internal sealed class KeyTableEntry
{
    private SignedOnce? _answer;

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

    /// <summary>Whether it may still be given out: not expired (step 43), and good for a while yet (step 47).</summary>
    public bool IsUsableAt(DateTimeOffset now) => now + Spec.LeastRemainingLife < Attestation.Expires;
}
