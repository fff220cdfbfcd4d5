using Kms.Protocol;

namespace Kms.Client;

/// <summary>Reasons in words, for people.</summary>
internal static class ReasonText
{
    public static string Of(Reason reason) => reason switch
    {
        Reason.NotFound => "not-found",
        Reason.NoRoute => "no-route",
        Reason.Expired => "expired",
        Reason.Timeout => "timeout",
        _ => "refused",
    };

    public static string Of(ExtendedErrorCode code) => code switch
    {
        ExtendedErrorCode.Other => "a fault of the server",
        ExtendedErrorCode.NotReady => "a limit of the server is reached",
        ExtendedErrorCode.NoReachableAuthority => "no answer came from further on in time",
        _ => "not one that a KMS gives",
    };
}
