using Kms.Client;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>What a client was told, in the words of the tables.</summary>
internal static class Told
{
    /// <summary>Such as <c>B's key, signed by kms00.xx, over the network</c>.</summary>
    /// <param name="result">The result.</param>
    /// <param name="key">The key that is the right one, and who has it.</param>
    public static string By(KeyResult result, (PublicKey Key, string Owner) key) => result switch
    {
        KeyFound found => $"{(found.Key.Equals(key.Key) ? key.Owner + " key" : "another key")}, signed by {found.Anchor}, {(found.Source == KeySource.OwnTable ? "from the own table" : "over the network")}",
        KeyAbsent absent => $"has no key, says {absent.Unsolved.From}, authenticated",
        KeyFailed { Kind: FailureKind.Unsolved, Unsolved: { } unsolved } => $"unsolved, {ReasonOf(unsolved.Reason)}, says {unsolved.From}, authenticated",
        KeyFailed failed => $"failed ({failed.Kind}): {failed.Detail}",
        KeyWithoutAnchor without => $"nobody is asked: no trusted KMS serves {without.Domain} or a domain above it",
        _ => result.Summary,
    };

    public static string ReasonOf(Reason reason) => reason switch
    {
        Reason.NotFound => "not-found",
        Reason.NoRoute => "no-route",
        Reason.Expired => "expired",
        Reason.Timeout => "timeout",
        _ => "refused",
    };
}
