using Kms.Protocol;

namespace Kms.Client;

/// <summary>Reasons in words: the protocol's own for a KMS's, and for people those of a DNS server.</summary>
public static class ReasonText
{
    /// <summary>The word of the <c>reason</c> tag, such as <c>not-found</c>.</summary>
    public static string Of(Reason reason) => reason switch
    {
        Reason.NotFound => "not-found",
        Reason.NoRoute => "no-route",
        Reason.Expired => "expired",
        Reason.Timeout => "timeout",
        _ => "refused",
    };

    /// <summary>What an extended DNS error of a KMS means.</summary>
    public static string Of(ExtendedErrorCode code) => code switch
    {
        ExtendedErrorCode.Other => "a fault of the server",
        ExtendedErrorCode.NotReady => "it is not ready, or a limit of it is reached",
        ExtendedErrorCode.NoReachableAuthority => "no answer came from further on in time",
        _ => "not one that a KMS gives",
    };
}
