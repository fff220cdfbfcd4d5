using Kms.Protocol;

namespace Kms.Server;

/// <summary>What came of an inquiry.</summary>
internal abstract record Outcome
{
    private Outcome() { }

    /// <summary>An attestation.</summary>
    /// <param name="Entry">The attestation.</param>
    /// <param name="Path">As it came to the KMS that ended the inquiry; none where this one needed nobody.</param>
    public sealed record Attested(KeyTableEntry Entry, KmsPath Path) : Outcome
    {
        /// <summary>The answer signed for it: every host that waited gets the same.</summary>
        public SignedOnce Answer { get; } = Path.IsNone ? Entry.Answer : new SignedOnce();

        /// <summary>The same for hosts that asked with a MAC.</summary>
        public SignedOnce MacAnswer { get; } = Path.IsNone ? Entry.MacAnswer : new SignedOnce();
    }

    /// <summary>A refusal.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Path">As it came to the KMS that ended the inquiry.</param>
    public sealed record Refused(Reason Reason, KmsPath Path) : Outcome;

    /// <summary>Nothing in time (step 463).</summary>
    public sealed record TimedOut : Outcome;

    /// <summary>A limit of ours.</summary>
    public sealed record Busy : Outcome;
}
