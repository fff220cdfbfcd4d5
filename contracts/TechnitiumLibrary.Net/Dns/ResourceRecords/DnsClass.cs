namespace TechnitiumLibrary.Net.Dns.ResourceRecords;

/// <summary>The class of a record or a question.</summary>
public enum DnsClass : ushort
{
    /// <summary>None.</summary>
    Unknown = 0,

    /// <summary>The Internet.</summary>
    IN = 1,

    /// <summary>CSNET.</summary>
    CS = 2,

    /// <summary>CHAOS.</summary>
    CH = 3,

    /// <summary>Hesiod.</summary>
    HS = 4,

    /// <summary>NONE, in updates.</summary>
    NONE = 254,

    /// <summary>Any class.</summary>
    ANY = 255
}
