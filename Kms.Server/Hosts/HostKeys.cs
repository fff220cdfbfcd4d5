using System.Collections.Immutable;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>The keys of one host, as its zone was read at one time, and those of the configuration.</summary>
internal sealed class HostKeys
{
    private readonly KeyServerConfiguration _configuration;
    private readonly DomainName _host;

    /// <param name="configuration">The configuration, whose keys stand in for the zone's.</param>
    /// <param name="host">The host.</param>
    /// <param name="records">The zone's records; <c>default</c> where the zone could not be read.</param>
    /// <param name="identities">The keys that authenticate the host.</param>
    /// <param name="readAt">When the zone was read.</param>
    public HostKeys(KeyServerConfiguration configuration, DomainName host, ImmutableArray<KeyRecord> records, ImmutableArray<HostIdentity> identities, DateTimeOffset readAt)
    {
        _configuration = configuration;
        _host = host;
        Records = records;
        Identities = identities;
        ReadAt = readAt;
    }

    /// <summary>Whether the zone was read: without it, "no record" means nothing.</summary>
    public bool IsKnown => !Records.IsDefault;

    /// <summary>When the zone was read.</summary>
    public DateTimeOffset ReadAt { get; }

    /// <summary>The zone's records of this host; those that are not valid now are among them.</summary>
    public ImmutableArray<KeyRecord> Records { get; }

    /// <summary>When the next <c>nbf</c> or <c>exp</c> passes, if there is one. The zone is read again then: what comes into use bears a later <c>kat</c> than what was in use.</summary>
    public DateTimeOffset? ChangesAt
    {
        get
        {
            DateTimeOffset? first = null;
            if (Records.IsDefault) return first;
            foreach (KeyRecord record in Records)
            {
                if (record.NotBefore is { } begins && begins > ReadAt && !(begins >= first)) first = begins;
                if (record.Expires is { } ends && ends > ReadAt && !(ends >= first)) first = ends;
            }
            return first;
        }
    }

    /// <summary>The keys that authenticate the host while they are valid.</summary>
    public ImmutableArray<HostIdentity> Identities { get; }

    /// <summary>The key that is attested for a use, or null.</summary>
    public PublishedKey? Choose(Use use, DateTimeOffset now)
    {
        if (_configuration.FindHost(_host, use) is { } configured) return new PublishedKey(configured.Keys[0], now, null);
        return InOrder(Records, use, now, now) is [KeyRecord first, ..] ? new PublishedKey(first.Key, ReadAt, first.Expires) : null;
    }

    /// <summary>Whether a key was published for a use and has ended.</summary>
    public bool HasEnded(Use use, DateTimeOffset now) => IsKnown && Records.Any(r => r.Use == use && now >= r.Expires);

    /// <summary>
    /// The records that are valid for a use now or will be by <paramref name="soon"/>: the latest <c>nbf</c> first (absent
    /// counts as 0), then the greater text.
    /// </summary>
    public static ImmutableArray<KeyRecord> InOrder(ImmutableArray<KeyRecord> records, Use use, DateTimeOffset now, DateTimeOffset soon)
    {
        if (records.IsDefaultOrEmpty) return [];
        List<KeyRecord> valid = [];
        foreach (KeyRecord record in records)
        {
            if (record.Use == use && !(now >= record.Expires) && !(soon < record.NotBefore)) valid.Add(record);
        }
        if (valid.Count > 1) valid.Sort(static (a, b) => Compare(b, a));
        return [.. valid];
    }

    private static int Compare(KeyRecord a, KeyRecord b)
    {
        int byTime = (a.NotBefore?.ToUnixTimeSeconds() ?? 0).CompareTo(b.NotBefore?.ToUnixTimeSeconds() ?? 0);
        return byTime != 0 ? byTime : MessageText.Of(a).Text.Span.SequenceCompareTo(MessageText.Of(b).Text.Span);
    }
}
