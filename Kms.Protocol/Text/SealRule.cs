namespace Kms.Protocol;

/// <summary>What may end a message of a type (docs/PROTOCOL.md section 4, the last column of the table).</summary>
internal enum SealRule
{
    /// <summary>Nothing: nobody authenticates an <c>ack</c> or a <c>key</c>.</summary>
    None,

    /// <summary>A signature: an attestation stands alone and is never a MAC.</summary>
    Signature,

    /// <summary>A signature or, between two parties set to it, a pairwise MAC.</summary>
    SignatureOrMac,
}
