using Kms.Protocol;

namespace Kms.Server;

/// <summary>An inquiry of this KMS's own, while hosts wait for it (step 462) or it renews an attestation.</summary>
/// <param name="Id">Its id, which comes back in the delivery.</param>
/// <param name="Question">What is asked.</param>
/// <param name="Asked">The neighbour that was asked; only it may bring a refusal back.</param>
/// <param name="Key">The key that this KMS put up for signature; null where another serves the name.</param>
internal sealed record PendingInquiry(InquiryId Id, KeyQuestion Question, DomainName Asked, PublicKey? Key)
{
    private readonly TaskCompletionSource<Outcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends the wait at the deadline.</summary>
    public ITimer? Deadline { get; set; }

    /// <summary>
    /// Whether an attestation may end the wait. Who put a key up for signature takes no other: an older one might still
    /// count, but its zone no longer has that key.
    /// </summary>
    public bool MayEndWith(Attestation attestation) => attestation.Question == Question && (Key is null || Key.Equals(attestation.Key));

    /// <summary>What came of it.</summary>
    public Task<Outcome> Outcome => _outcome.Task;

    /// <summary>Ends the wait; the first end counts.</summary>
    public bool TryEnd(Outcome outcome) => _outcome.TrySetResult(outcome);
}
