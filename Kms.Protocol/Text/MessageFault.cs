namespace Kms.Protocol;

/// <summary>Why a text is no message: the failure classes of the test vectors (docs/PROTOCOL.md section 3).</summary>
public enum MessageFault
{
    /// <summary>The text does not start with <c>v=KMS1; t=</c>: an ordinary TXT record, none of ours.</summary>
    Head,

    /// <summary>More than 4,096 characters.</summary>
    Length,

    /// <summary>A byte that is not ASCII.</summary>
    Encoding,

    /// <summary>A type that this version does not know.</summary>
    Type,

    /// <summary>A tag that is missing, unknown, there twice, or out of its place.</summary>
    Tag,

    /// <summary>A value that is empty, out of range, or not in its one spelling.</summary>
    Value,

    /// <summary>Values that contradict each other, such as a <c>reason</c> in an attested delivery.</summary>
    Combination,

    /// <summary>No <c>sig</c> or <c>mac</c> where one must be, one that must not be, or one of a wrong size.</summary>
    Seal,
}
