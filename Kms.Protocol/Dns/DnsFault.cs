namespace Kms.Protocol;

/// <summary>What is wrong with the bytes of a DNS packet. The value zero is a fault too.</summary>
public enum DnsFault
{
    /// <summary>The packet ends before what it announces: a header, a count, a name or a length.</summary>
    EndsEarly = 0,

    /// <summary>Bytes follow the last record.</summary>
    TrailingBytes,

    /// <summary>A label has one of the two kinds that are not in use (RFC 1035, section 4.1.4).</summary>
    BadLabel,

    /// <summary>A name is longer than 255 octets.</summary>
    NameTooLong,

    /// <summary>A compression pointer does not point strictly backward, or points into the header.</summary>
    BadPointer,

    /// <summary>Following the compression pointers would cost more than the packet's size allows.</summary>
    CompressionBomb,

    /// <summary>The data of a record does not have the shape of its type.</summary>
    BadData,

    /// <summary>An OPT record in a wrong section, with an owner other than the root, or with broken options.</summary>
    BadOpt,

    /// <summary>More than one OPT record.</summary>
    DuplicateOpt,

    /// <summary>Nothing is wrong.</summary>
    None,
}
