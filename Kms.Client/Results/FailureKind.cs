namespace Kms.Client;

/// <summary>How an inquiry failed without a check being at fault, the less telling before the more telling.</summary>
public enum FailureKind
{
    /// <summary>More inquiries are under way than <see cref="KmsClientEnvironment.MaximumInquiries"/>; this one was not begun.</summary>
    TooManyInquiries = 0,

    /// <summary>No address of the KMS answered in time. A KMS is silent to who is unknown to it, or whose clock is wrong.</summary>
    NoAnswer,

    /// <summary>A plain DNS response without a message came: a server without a KMS, or not the one for this host. Not authenticated.</summary>
    NoMessage,

    /// <summary>SERVFAIL: the KMS has run out of time or into a limit, or has a fault. Not authenticated.</summary>
    ServerFailure,

    /// <summary>The KMS says, authenticated, that the key cannot be had for another reason than that there is none.</summary>
    Unsolved,
}
