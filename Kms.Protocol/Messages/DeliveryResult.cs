namespace Kms.Protocol;

/// <summary>What a delivery brings: the value of <c>result</c>.</summary>
public enum DeliveryResult
{
    /// <summary><c>unsolved</c>: a refusal, with its reason.</summary>
    Unsolved,

    /// <summary><c>attested</c>: an attestation stands beside the delivery.</summary>
    Attested,
}
