namespace Kms.Protocol;

/// <summary>How enumerated values are spelled in messages, by their number.</summary>
internal static class Words
{
    public static ReadOnlySpan<string> Results => new[] { "unsolved", "attested" };

    public static ReadOnlySpan<string> Reasons => new[] { "refused", "not-found", "no-route", "expired", "timeout" };
}
