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
    /// <param name="records">The zone's records in the order that counts; <c>default</c> where the zone could not be read.</param>
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

    /// <summary>The zone's records of this host in the order that counts; those that are not valid now are among them.</summary>
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

    /// <summary>The keys that authenticate the host while they are valid, in the order that counts; some may be none, such as a point off its curve.</summary>
    public ImmutableArray<HostIdentity> Identities { get; }

    /// <summary>The key that is attested for a use, or null.</summary>
    public PublishedKey? Choose(Use use, DateTimeOffset now)
    {
        if (_configuration.FindHost(_host, use) is { } configured) return new PublishedKey(configured.Keys[0], now, null);
        if (!IsKnown) return null;
        KeyRecord? chosen = use.IsIdentity ? ChooseIdentity(now) : ChooseRecord(use, now);
        return chosen is null ? null : new PublishedKey(chosen.Key, ReadAt, chosen.Expires);
    }

    private KeyRecord? ChooseRecord(Use use, DateTimeOffset now)
    {
        foreach (KeyRecord record in Records)
        {
            if (Counts(record, use, now, now)) return record;
        }
        return null;
    }

    /// <summary>
    /// One that counts alone hides no other, and whoever uses it finds out whether it is a key: importing is the dearest part
    /// of an inquiry for a name that nobody has asked for. Of several the first that is one.
    /// </summary>
    private KeyRecord? ChooseIdentity(DateTimeOffset now)
    {
        HostIdentity? first = null;
        bool isChoice = false;
        foreach (HostIdentity identity in Identities)
        {
            if (!Counts(identity.Record, Use.Identity, now, now)) continue;
            isChoice = first is not null;
            first ??= identity;
            if (isChoice) break;
        }
        if (!isChoice) return first?.Record;
        foreach (HostIdentity identity in Identities)
        {
            if (Counts(identity.Record, Use.Identity, now, now) && identity.Key is not null) return identity.Record;
        }
        return null;
    }

    /// <summary>Whether a key was published for a use and has ended.</summary>
    public bool HasEnded(Use use, DateTimeOffset now) => IsKnown && Records.Any(r => r.Use == use && now >= r.Expires);

    /// <summary>Whether a record is valid for a use now, or will be by <paramref name="soon"/>.</summary>
    public static bool Counts(KeyRecord record, Use use, DateTimeOffset now, DateTimeOffset soon) =>
        record.Use == use && !(now >= record.Expires) && !(soon < record.NotBefore);
}
