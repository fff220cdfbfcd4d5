namespace Kms.Protocol;

/// <summary>How a message is authenticated.</summary>
public enum SealKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By a signature: the tag <c>sig</c>.</summary>
    Signature,

    /// <summary>By a pairwise MAC: the tag <c>mac</c>.</summary>
    Mac,
}
