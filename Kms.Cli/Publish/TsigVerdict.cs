namespace Kms.Cli;

/// <summary>What is to be thought of a response to a signed request (RFC 8945 section 5.3).</summary>
internal enum TsigVerdict
{
    /// <summary>It is forged, broken, or signed with another key.</summary>
    Forged = 0,

    /// <summary>It is not signed: anybody may have written it.</summary>
    Unsigned,

    /// <summary>The key signed it, but at a time too far from ours.</summary>
    Stale,

    /// <summary>The server that has the key wrote it, in answer to this very request.</summary>
    Genuine,
}
