using Kms.Protocol;

namespace Kms.Server;

/// <summary>A text that is signed once in a window and serves every host until near its end.</summary>
internal sealed class SignedOnce
{
    private readonly Lock _lock = new();
    private volatile Signed? _current;

    /// <summary>Whether there is a text that serves no longer.</summary>
    public bool HasEnded(DateTimeOffset now) => _current is { } last && now >= last.Until;

    /// <summary>The text, unless it must be signed anew: the window of the last one is over, or it was signed under another name or key.</summary>
    /// <param name="now">The time.</param>
    /// <param name="configuration">Whose name and key it bears: after a change of either the old text serves nobody.</param>
    public MessageText? Ready(DateTimeOffset now, KeyServerConfiguration configuration) => _current is { } ready && ready.Serves(now, configuration) ? ready.Text : null;

    /// <summary>The text, signed anew where it must be.</summary>
    /// <param name="now">The time.</param>
    /// <param name="configuration">Whose name and key it bears.</param>
    /// <param name="sign">Makes the text; null where the signer's share is used up.</param>
    /// <param name="servesUntil">Until when the new one serves.</param>
    public MessageText? Get(DateTimeOffset now, KeyServerConfiguration configuration, Func<MessageText?> sign, DateTimeOffset servesUntil)
    {
        if (Ready(now, configuration) is { } ready) return ready;
        lock (_lock)
        {
            if (Ready(now, configuration) is { } meanwhile) return meanwhile;
            if (sign() is not { } made) return null;
            _current = new Signed(made, servesUntil, now, configuration.Name, configuration.Key.PublicKey);
            return made;
        }
    }

    private sealed record Signed(MessageText Text, DateTimeOffset Until, DateTimeOffset Since, DomainName Signer, PublicKey Key)
    {
        // A clock set back must not make a text serve that is from the future.
        public bool Serves(DateTimeOffset now, KeyServerConfiguration configuration) =>
            now < Until && now >= Since - Spec.AllowedSkew && Signer == configuration.Name && Key.Equals(configuration.Key.PublicKey);
    }
}
