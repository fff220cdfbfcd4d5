namespace Kms.Client;

/// <summary>The steps of the seed's Fig. 6 by their numbers (docs/PROTOCOL.md section 8).</summary>
public enum HostStep
{
    /// <summary>None of them: the question was refused before.</summary>
    None = 0,

    /// <summary>The own table is looked at. (After 62: an entry of another anchor must not count.)</summary>
    LookUp = 61,

    /// <summary>The trust anchor is chosen.</summary>
    ChooseAnchor = 62,

    /// <summary>The KMS is asked.</summary>
    Ask = 63,

    /// <summary>A response is checked.</summary>
    Check = 64,

    /// <summary>The key is kept.</summary>
    Keep = 65,

    /// <summary>The key is handed to the secure communication.</summary>
    HandOver = 66,
}
