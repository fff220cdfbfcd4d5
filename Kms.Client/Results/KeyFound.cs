using Kms.Protocol;

namespace Kms.Client;

/// <summary>The key, attested by the trust anchor: step 66 of the seed's Fig. 6.</summary>
/// <param name="Entry">Key, attestation, times, and by whom and which way they came.</param>
/// <param name="Source">Where it was found.</param>
public sealed record KeyFound(KeyTableEntry Entry, KeySource Source) : KeyResult(Entry.Question.Name, Entry.Question.Use)
{
    /// <summary>The key asked for: the seed's S(B).</summary>
    public PublicKey Key => Entry.Key;

    /// <summary>The trust anchor that attests it: the seed's KMS(A).</summary>
    public DomainName Anchor => Entry.Question.Kms;

    /// <summary>The first second at which the attestation no longer counts.</summary>
    public DateTimeOffset Expires => Entry.Expires;

    /// <summary>Why the own table could not keep it, for people; null where it is kept. The key is as good as one that is.</summary>
    public string? NotKept { get; init; }

    /// <inheritdoc/>
    public override string Summary => $"{Asked} is attested by {Anchor} until {Entry.Expires:u}.";
}
