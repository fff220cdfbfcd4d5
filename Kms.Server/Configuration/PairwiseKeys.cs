using Kms.Protocol;

namespace Kms.Server;

/// <summary>The two keys, one for each direction, that this KMS shares with another party (docs/PROTOCOL.md section 5).</summary>
/// <param name="Sending">For what this KMS sends.</param>
/// <param name="Receiving">For what it receives.</param>
internal sealed record PairwiseKeys(PairwiseKey Sending, PairwiseKey Receiving)
{
    /// <summary>Computes them; null unless both keys are P-256.</summary>
    public static PairwiseKeys? TryAgree(DomainName own, SigningKey ownKey, DomainName other, PublicKey otherKey) =>
        ownKey.TryAgree(own, other, otherKey, sending: true, out PairwiseKey? sending)
        && ownKey.TryAgree(own, other, otherKey, sending: false, out PairwiseKey? receiving)
            ? new PairwiseKeys(sending, receiving)
            : null;
}
