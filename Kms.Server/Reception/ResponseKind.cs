namespace Kms.Server;

/// <summary>What becomes of a request: the table in docs/PROTOCOL.md section 2.</summary>
public enum ResponseKind
{
    /// <summary>No response; on TCP and TLS the connection is closed.</summary>
    Abandoned,

    /// <summary>NOERROR with records in the answer section.</summary>
    Records,

    /// <summary>SERVFAIL, extended error 22 (no reachable authority): <c>answerTimeout</c> has passed.</summary>
    NoAnswer,

    /// <summary>A limit of ours: over UDP TC, else SERVFAIL with extended error 14 (not ready).</summary>
    Busy,

    /// <summary>SERVFAIL, extended error 0: a fault of ours.</summary>
    Fault,
}
