namespace Kms.Protocol;

/// <summary>How a DNS exchange ended.</summary>
public enum DnsExchangeOutcome
{
    /// <summary>No response was accepted in the time that the schedule gives, or no way to one is left.</summary>
    NoAnswer = 0,

    /// <summary>The caller cancelled the exchange.</summary>
    Cancelled,

    /// <summary>A response was accepted.</summary>
    Answered,
}
