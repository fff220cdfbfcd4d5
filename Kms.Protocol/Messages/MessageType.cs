namespace Kms.Protocol;

/// <summary>The types of KMS1 messages: the value of <c>t</c> (docs/PROTOCOL.md section 4).</summary>
public enum MessageType
{
    /// <summary><c>inquiry</c>, arrows 81 to 83.</summary>
    Inquiry,

    /// <summary><c>sign</c>, arrows 84 and 85.</summary>
    SignatureRequest,

    /// <summary><c>attestation</c>, in arrows 86 and 87.</summary>
    Attestation,

    /// <summary><c>delivery</c>, arrow 86.</summary>
    Delivery,

    /// <summary><c>answer</c>, arrow 87.</summary>
    Answer,

    /// <summary><c>unsolved</c>, step 45.</summary>
    Unsolved,

    /// <summary><c>ack</c>.</summary>
    Acknowledgement,

    /// <summary><c>key</c>, published in a zone.</summary>
    KeyRecord,
}
