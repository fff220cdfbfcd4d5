namespace Kms.Client;

/// <summary>
/// The checks of step 64 by number, in the order in which they are made (docs/PROTOCOL.md section 8). A response that
/// fails one with a greater number than <see cref="Authentication"/> was written by the host's own KMS, now or once.
/// </summary>
public enum Check
{
    /// <summary>The response has one <c>answer</c> with one <c>attestation</c>, or one <c>unsolved</c>, well-formed, owned by the name asked for.</summary>
    Form = 1,

    /// <summary>The <c>answer</c> or <c>unsolved</c> is authenticated by the host's own KMS in the configured way.</summary>
    Authentication = 2,

    /// <summary>Its <c>from</c> is that KMS.</summary>
    From = 3,

    /// <summary>Its <c>name</c>, <c>use</c> and <c>kms</c> are those asked for.</summary>
    Question = 4,

    /// <summary>Its <c>at</c> is not further ahead than the allowed skew.</summary>
    NotAhead = 5,

    /// <summary>Now is before its <c>exp</c>.</summary>
    NotExpired = 6,

    /// <summary>The <c>of</c> of an <c>answer</c> is the digest of the attestation beside it.</summary>
    Of = 7,

    /// <summary>The attestation's <c>name</c>, <c>use</c> and <c>kms</c> are those asked for.</summary>
    AttestationQuestion = 8,

    /// <summary>The attestation's <c>at</c> is not further ahead than the allowed skew.</summary>
    AttestationNotAhead = 9,

    /// <summary>Now is before the attestation's <c>exp</c>.</summary>
    AttestationNotExpired = 10,

    /// <summary>The attestation lives for a day at most.</summary>
    AttestationLifetime = 11,

    /// <summary>The attestation is signed with a key of the chosen trust anchor.</summary>
    AttestationSignature = 12,

    /// <summary>The attestation brings the marked key, or a key read later than the mark (step 65): nobody brings back a replaced key.</summary>
    Mark = 13,

    /// <summary>An <c>unsolved</c> is believed only where the host has no mark for the name and use.</summary>
    UnsolvedWithoutMark = 14,
}
