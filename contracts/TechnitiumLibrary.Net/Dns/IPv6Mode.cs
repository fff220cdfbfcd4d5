namespace TechnitiumLibrary.Net.Dns;

/// <summary>Whether the server uses IPv6 for its own connections.</summary>
public enum IPv6Mode : byte
{
    /// <summary>Not at all.</summary>
    Disabled = 0,

    /// <summary>Beside IPv4.</summary>
    Enabled = 1,

    /// <summary>Before IPv4.</summary>
    Preferred = 2
}
