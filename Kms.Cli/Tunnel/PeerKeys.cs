using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>
/// Checks the keys that others show against those that the KMS has for their names, and sees to it that strangers cannot make
/// this host ask without end. Safe for use from many threads at once.
/// </summary>
internal sealed class PeerKeys(KmsClient client, Use use, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<DomainName, Known> _known = [];
    private readonly TokenBucket _strangers = new(TunnelLimits.StrangerLookUps, TunnelLimits.StrangerLookUpEvery, time);

    /// <summary>Gets the key of a name, from the own table where it has it.</summary>
    /// <returns>An acceptance where there is one.</returns>
    public async Task<Verdict> FindAsync(DomainName name, CancellationToken cancellationToken)
    {
        KeyResult result = await client.GetKeyAsync(name, use, cancellationToken);
        Remember(result);
        return result is KeyFound ? Verdict.Accepted : Refusal(result);
    }

    /// <summary>Checks who shows a key under a name, before a byte of its is used.</summary>
    /// <param name="name">The name that it claims.</param>
    /// <param name="shown">The key; TLS has proven that the other side has its private half.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Verdict> CheckAsync(DomainName name, PublicKey shown, CancellationToken cancellationToken)
    {
        if (!IsKnown(name) && !_strangers.TryTake())
            return Verdict.Failed($"it calls itself {name}, whose key is not known here yet, and too many unknown names are being tried; it may try again later");
        KeyResult result = await client.GetKeyAsync(name, use, cancellationToken);
        Remember(result);
        if (result is KeyFound { Source: KeySource.OwnTable } found && !found.Key.Equals(shown) && TakeRefresh(name))
        {
            // It may have a new key since. Whatever else comes of asking leaves the known one standing.
            KeyResult anew = await client.RefreshKeyAsync(name, use, cancellationToken);
            Remember(anew);
            if (anew is KeyFound) result = anew;
        }
        return Judge(result, shown);
    }

    private static Verdict Judge(KeyResult result, PublicKey shown) => result switch
    {
        KeyFound found when found.Key.Equals(shown) => Verdict.Accepted,
        KeyFound found => Verdict.Refused(
            $"it calls itself {found.Name} and shows another key than {found.Anchor} attests for that name until {found.Expires:u}; "
            + $"if {found.Name} has a new key, see that it is published, and that the old one is no longer ('kms get {found.Name}')"),
        _ => Refusal(result),
    };

    private static Verdict Refusal(KeyResult result) => new(KeyResultCode.Of(result), result.Summary.TrimEnd('.') + $"; 'kms get {result.Name}' shows the same");

    private bool IsKnown(DomainName name)
    {
        lock (_gate) return _known.TryGetValue(name, out Known known) && time.GetUtcNow() < known.Ends;
    }

    private void Remember(KeyResult result)
    {
        if (result is not KeyFound found) return;
        lock (_gate)
        {
            if (!_known.TryGetValue(found.Name, out Known known) && _known.Count >= TunnelLimits.KnownPeers) _known.Remove(_known.MinBy(row => row.Value.Ends).Key);
            _known[found.Name] = known with { Ends = found.Expires };
        }
    }

    private bool TakeRefresh(DomainName name)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            if (!_known.TryGetValue(name, out Known known) || (known.RefreshedAt is { } last && time.GetElapsedTime(last, now) < TunnelLimits.RefreshEvery)) return false;
            _known[name] = known with { RefreshedAt = now };
            return true;
        }
    }

    /// <param name="Ends">When the attestation ends.</param>
    /// <param name="RefreshedAt">When it was last asked for because of another key, as a time stamp.</param>
    private readonly record struct Known(DateTimeOffset Ends, long? RefreshedAt);
}
