using System.Diagnostics.CodeAnalysis;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>The checks of step 64 that need neither table nor network: numbers 2 to 12, in their order.</summary>
internal sealed class ResponseChecks(KmsPeer kms, Anchor anchor, KeyQuestion question)
{
    /// <summary>Checks what a response says.</summary>
    /// <param name="messages">The messages.</param>
    /// <param name="now">The time.</param>
    /// <param name="verifiedBy">The anchor's key that verifies the attestation; null on success only where there is no attestation.</param>
    /// <param name="failed">The check that failed; meaningless on success.</param>
    /// <param name="detail">What is wrong, for people.</param>
    public bool TryPass(
        ResponseMessages messages, DateTimeOffset now, out PublicKey? verifiedBy, out Check failed, [NotNullWhen(false)] out string? detail)
    {
        verifiedBy = null;
        MessageText text = messages.Sealed;

        // First of all: what the others find is then known to be this KMS's doing, and not some stranger's.
        failed = Check.Authentication;
        detail = kms.HasWritten(text) ? null : $"it is not authenticated by {kms.Name} in the configured way";
        if (detail is not null) return false;
        detail = text.Message is Answer answer
            ? FaultOf(answer, messages.Attestation!, now, out failed)
            : FaultOf((Unsolved)text.Message, now, out failed);
        if (detail is not null) return false;
        if (messages.Attestation is not { } attestation) return true;

        detail = FaultOf((Attestation)attestation.Message, now, out failed);
        if (detail is not null) return false;
        failed = Check.AttestationSignature;
        verifiedBy = anchor.KeyThatSigned(attestation);
        if (verifiedBy is null) detail = $"the attestation is not signed with a configured key of {anchor.Name}";
        return detail is null;
    }

    private string? FaultOf(Answer answer, MessageText attestation, DateTimeOffset now, out Check failed)
    {
        if (FaultOfSealed(answer.From, answer.Question, answer.At, answer.Expires, now, out failed) is { } fault) return fault;
        failed = Check.Of;
        return Binds(answer, attestation) ? null : "the answer binds another attestation than the one beside it";
    }

    private static bool Binds(Answer answer, MessageText attestation) => answer.Of == attestation.Digest;

    private string? FaultOf(Unsolved unsolved, DateTimeOffset now, out Check failed) =>
        FaultOfSealed(unsolved.From, unsolved.Question, unsolved.At, unsolved.Expires, now, out failed);

    private string? FaultOfSealed(
        DomainName from, KeyQuestion of, DateTimeOffset at, DateTimeOffset expires, DateTimeOffset now, out Check failed)
    {
        failed = Check.From;
        if (from != kms.Name) return $"it comes from {from}, not from {kms.Name}";
        failed = Check.Question;
        if (of != question) return $"it answers for {of}, not for {question}";
        failed = Check.NotAhead;
        if (at > now + Spec.AllowedSkew) return $"it was written at {at:u}, which is too far ahead of {now:u}";
        failed = Check.NotExpired;
        return now < expires ? null : $"it ended at {expires:u}, and it is {now:u}";
    }

    private string? FaultOf(Attestation attestation, DateTimeOffset now, out Check failed)
    {
        failed = Check.AttestationQuestion;
        if (attestation.Question != question) return $"the attestation is for {attestation.Question}, not for {question}";
        failed = Check.AttestationNotAhead;
        if (attestation.At > now + Spec.AllowedSkew) return $"the attestation is of {attestation.At:u}, which is too far ahead of {now:u}";
        failed = Check.AttestationNotExpired;
        if (now >= attestation.Expires) return $"the attestation ended at {attestation.Expires:u}, and it is {now:u}";
        failed = Check.AttestationLifetime;
        return attestation.Expires - attestation.At <= Spec.MaximumAttestationLifetime ? null : "the attestation lives for more than a day";
    }
}
