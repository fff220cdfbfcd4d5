using System.Diagnostics.CodeAnalysis;

namespace Kms.Protocol;

/// <summary>What came of a DNS exchange. The default value is "no answer".</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Response">The accepted response, or null.</param>
public readonly record struct DnsExchangeResult(DnsExchangeOutcome Outcome, DnsMessage? Response)
{
    /// <summary>
    /// Where there is no answer: what went wrong on the connection over TCP or TLS, in the middle of a sentence, for people.
    /// Null where there was only silence.
    /// </summary>
    public string? Trouble { get; init; }

    /// <summary>Whether a response was accepted.</summary>
    [MemberNotNullWhen(true, nameof(Response))]
    public bool IsAnswered => Response is not null;
}
