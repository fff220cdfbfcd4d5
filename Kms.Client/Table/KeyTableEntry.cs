using Kms.Protocol;

namespace Kms.Client;

/// <summary>
/// A row of the host's key table (Fig. 3, 25 in Fig. 2): an attestation that has passed every check, and how it came.
/// </summary>
/// <param name="Text">The attestation, with the text that was signed. It can be checked again at any time.</param>
/// <param name="VerifiedBy">The key of the trust anchor that verified it: the entry counts only while that key is configured.</param>
/// <param name="AnsweredBy">The KMS that brought it.</param>
/// <param name="Path">The way of the inquiry, as that KMS told it: a claim.</param>
/// <param name="KeptAt">When it was checked and kept.</param>
public sealed record KeyTableEntry(MessageText Text, PublicKey VerifiedBy, DomainName AnsweredBy, KmsPath Path, DateTimeOffset KeptAt)
{
    /// <summary>What <see cref="Text"/> says.</summary>
    /// <exception cref="InvalidCastException">The text is no attestation.</exception>
    public Attestation Attestation => (Attestation)Text.Message;

    /// <summary>By what it is found: name, use and trust anchor.</summary>
    public KeyQuestion Question => Attestation.Question;

    /// <summary>The key.</summary>
    public PublicKey Key => Attestation.Key;

    /// <summary>When the KMS that serves the name read the key from its zone.</summary>
    public DateTimeOffset At => Attestation.At;

    /// <summary>The first second at which the entry no longer counts.</summary>
    public DateTimeOffset Expires => Attestation.Expires;
}
