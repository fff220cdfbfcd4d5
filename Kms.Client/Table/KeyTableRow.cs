using System.Diagnostics.CodeAnalysis;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>A row of a key table, wherever it is kept: an entry until it expires or is forgotten, and the mark, which stays longer.</summary>
/// <param name="Entry">The entry; null where only the mark is left.</param>
/// <param name="Mark">The newest key that was accepted.</param>
/// <param name="ClaimedAt">When a refresh was last claimed; the Unix epoch where none was.</param>
internal sealed record KeyTableRow(KeyTableEntry? Entry, KeyMark Mark, DateTimeOffset ClaimedAt)
{
    /// <summary>Whether its mark still counts; a row whose mark has ended is as good as none.</summary>
    public bool CountsAt(DateTimeOffset now) => now < Mark.Ends;

    /// <summary>The entry, if it has not expired.</summary>
    public KeyTableEntry? EntryAt(DateTimeOffset now) => now < Entry?.Expires ? Entry : null;

    /// <summary>Step 65: the row after an entry has come.</summary>
    /// <param name="row">The row so far, or null.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="now">The time.</param>
    /// <param name="next">The row with the entry.</param>
    /// <returns>False where the mark forbids it.</returns>
    public static bool TryFollow(KeyTableRow? row, KeyTableEntry entry, DateTimeOffset now, [NotNullWhen(true)] out KeyTableRow? next)
    {
        if (row?.CountsAt(now) == false) row = null;
        next = row?.Mark.Admits(entry) == false ? null : new KeyTableRow(entry, KeyMark.After(row?.Mark, entry), row?.ClaimedAt ?? DateTimeOffset.UnixEpoch);
        return next is not null;
    }

    /// <summary>The row after its refresh has been claimed.</summary>
    /// <returns>False where it was claimed not long ago, or there is nothing to refresh.</returns>
    public bool TryClaim(DateTimeOffset now, [NotNullWhen(true)] out KeyTableRow? next)
    {
        // A claim of the future is one of a clock that has been set back since.
        bool isFree = now < ClaimedAt || now >= ClaimedAt + Limits.RefreshInterval;
        next = isFree && EntryAt(now) is not null ? this with { ClaimedAt = UnixTime.Floor(now) } : null;
        return next is not null;
    }
}
