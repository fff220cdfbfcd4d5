namespace TechnitiumLibrary.Net.Dns;

/// <summary>The flags of an OPT record.</summary>
[Flags]
public enum EDnsHeaderFlags : ushort
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>The asker wants DNSSEC records.</summary>
    DNSSEC_OK = 0x8000
}
