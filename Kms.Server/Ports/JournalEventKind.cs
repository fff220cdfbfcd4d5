namespace Kms.Server;

/// <summary>What a key server did.</summary>
public enum JournalEventKind
{
    /// <summary>A packet failed a check and was abandoned (steps 41, 51, 53).</summary>
    Abandoned,

    /// <summary>A host's inquiry was answered with an attestation (steps 48, 465).</summary>
    Answered,

    /// <summary>A host was told, or a refusal went back, that a key could not be had.</summary>
    Refused,

    /// <summary>A host's inquiry got no answer in time (step 463).</summary>
    TimedOut,

    /// <summary>An inquiry went on to a neighbour (step 46).</summary>
    Inquired,

    /// <summary>A signature request went on to the upper KMS (steps 49, 54).</summary>
    SignatureRequested,

    /// <summary>This KMS signed an attestation (step 55).</summary>
    Attested,

    /// <summary>An attestation was delivered, and acknowledged (arrow 86).</summary>
    Delivered,

    /// <summary>A delivery was accepted from another KMS (step 464): an attestation, or a refusal of this KMS's own inquiry.</summary>
    Accepted,

    /// <summary>A neighbour acknowledged: it is there.</summary>
    Reached,

    /// <summary>A request to a neighbour, or a delivery, was given up without an acknowledgement.</summary>
    Unreachable,

    /// <summary>A limit was reached.</summary>
    LimitReached,

    /// <summary>A fault of this program: a bug, or the machine failed it.</summary>
    Faulted,

    /// <summary>A neighbour's inquiry was taken and acknowledged (step 461).</summary>
    InquiryTaken,

    /// <summary>A lower KMS's signature request was taken and acknowledged (step 51).</summary>
    SignatureRequestTaken,

    /// <summary>
    /// A packet that was abandoned for its time bears the seal of the neighbour that it names: the clocks differ, or, where
    /// it is behind, somebody sends an old packet again.
    /// </summary>
    ClockDiffers,

    /// <summary>An attestation in use is in the last part of its life: it is asked for anew (docs/PROTOCOL.md section 7, "Renewal").</summary>
    RenewalBegun,
}
