namespace Kms.Cli;

/// <summary>What came of checking the other side of a connection.</summary>
/// <param name="Code"><see cref="ExitCode.Found"/>: it is who it says, and may connect. Anything else is a refusal.</param>
/// <param name="Reason">For people: why it was refused and what to do; empty where it was not.</param>
internal sealed record Verdict(ExitCode Code, string Reason)
{
    public static Verdict Accepted { get; } = new(ExitCode.Found, "");

    public bool IsAccepted => Code == ExitCode.Found;

    public static Verdict Refused(string reason) => new(ExitCode.Refused, reason);

    public static Verdict Failed(string reason) => new(ExitCode.Failed, reason);
}
