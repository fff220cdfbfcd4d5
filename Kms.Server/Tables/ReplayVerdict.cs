namespace Kms.Server;

/// <summary>What the memory says of a request.</summary>
internal enum ReplayVerdict
{
    /// <summary>The whole memory is full: the request is refused.</summary>
    Full,

    /// <summary>The sender's share is full: its request is refused.</summary>
    ShareFull,

    /// <summary>Other bytes are remembered under its id: it is dropped.</summary>
    OtherBytes,

    /// <summary>The same bytes came eight times again: it is dropped.</summary>
    TooOften,

    /// <summary>The same bytes: it gets the same response, and starts nothing.</summary>
    Retransmission,

    /// <summary>Never seen.</summary>
    New,
}
