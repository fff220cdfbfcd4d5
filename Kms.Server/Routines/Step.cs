using Kms.Protocol;

namespace Kms.Server;

/// <summary>What the search of the key table and the zones leads to: the middle of Fig. 4.</summary>
internal abstract record Step
{
    private Step() { }

    /// <summary>Steps 47, 48: the attestation is at hand.</summary>
    public sealed record Give(KeyTableEntry Entry) : Step;

    /// <summary>Steps 47, 48, too, but it is in the last part of its life: a host gets it and it is renewed, a KMS gets its successor.</summary>
    public sealed record Renew(KeyTableEntry Entry, Onward By) : Step;

    /// <summary>Steps 44, 45: the key cannot be had.</summary>
    public sealed record Refuse(Reason Reason) : Step;

    /// <summary>Another KMS has to do with it.</summary>
    public abstract record Onward(Neighbour Next) : Step;

    /// <summary>Step 46: another KMS is to be asked.</summary>
    public sealed record Inquire(Neighbour Next) : Onward(Next);

    /// <summary>Step 49: the key is at hand, and the upper KMS is to have it attested.</summary>
    public sealed record RequestSignature(Neighbour Next, PublishedKey Key) : Onward(Next);
}
