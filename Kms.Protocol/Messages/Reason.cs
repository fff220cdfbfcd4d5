namespace Kms.Protocol;

/// <summary>Why a key could not be had: the value of <c>reason</c> (docs/PROTOCOL.md section 4).</summary>
public enum Reason
{
    /// <summary><c>refused</c>: a KMS does not do what it was asked.</summary>
    Refused,

    /// <summary><c>not-found</c>: the KMS that serves the name knows that it has no key. Only this may be shown as "has no key".</summary>
    NotFound,

    /// <summary><c>no-route</c>: no KMS to ask, the anchor is no ancestor of the name, or the way is too long.</summary>
    NoRoute,

    /// <summary><c>expired</c>: the key that is published has ended.</summary>
    Expired,

    /// <summary><c>timeout</c>: a KMS or a zone on the way did not answer.</summary>
    Timeout,
}
