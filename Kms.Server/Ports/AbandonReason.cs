namespace Kms.Server;

/// <summary>Why a packet was abandoned: no response, no state, one counter (docs/PROTOCOL.md section 5).</summary>
public enum AbandonReason
{
    /// <summary>Not a request in its one spelling, or a packet that carries it wrongly.</summary>
    Malformed,

    /// <summary>Meant for another receiver.</summary>
    Receiver,

    /// <summary>Written outside the allowed skew, or before this server's memory began.</summary>
    Clock,

    /// <summary>From nobody who may send it.</summary>
    Sender,

    /// <summary>The signature or MAC is wrong.</summary>
    Seal,

    /// <summary>Other bytes under an id that was used.</summary>
    Replay,

    /// <summary>The same bytes for the ninth time or later.</summary>
    Retransmissions,

    /// <summary>This KMS has sent it on already.</summary>
    Loop,

    /// <summary>A signature request for a name outside the sender's domain.</summary>
    Bailiwick,

    /// <summary>A delivery that fits no pending inquiry, or not the one whose id it bears.</summary>
    Unfit,

    /// <summary>The attestation beside a delivery is not signed by its trust anchor, or not good now.</summary>
    Attestation,
}
