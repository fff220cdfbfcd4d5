using Kms.Client;

namespace Kms.Cli;

/// <summary>The exit code of a result.</summary>
internal static class KeyResultCode
{
    public static ExitCode Of(KeyResult result) => result switch
    {
        KeyFound => ExitCode.Found,
        KeyAbsent => ExitCode.HasNoKey,
        KeyRefused => ExitCode.Refused,
        KeyWithoutAnchor or KeyMisasked => ExitCode.Misused,
        _ => ExitCode.Failed,
    };
}
