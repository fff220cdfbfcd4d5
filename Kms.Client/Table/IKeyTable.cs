using System.Diagnostics.CodeAnalysis;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>
/// The host's own key table (docs/PROTOCOL.md section 8, steps 61 and 65). It trusts who fills it: only what has passed
/// every check is brought here. Safe for use from many threads at once. A table that cannot be <em>read</em> is an
/// <see cref="IOException"/>, which reaches who asked for the key: without its mark nobody knows whether a key was replaced.
/// One that cannot be <em>written</em> is none: the key is good, and is told to be not kept.
/// </summary>
public interface IKeyTable
{
    /// <summary>Step 61: finds the entry that has not expired.</summary>
    /// <param name="question">Name, use and trust anchor.</param>
    /// <param name="now">The time.</param>
    /// <param name="entry">The entry.</param>
    /// <returns>False where there is none.</returns>
    bool TryFind(KeyQuestion question, DateTimeOffset now, [NotNullWhen(true)] out KeyTableEntry? entry);

    /// <summary>Whether there is a mark for a name and use, set by any trust anchor.</summary>
    /// <param name="name">The name.</param>
    /// <param name="use">The use.</param>
    /// <param name="now">The time.</param>
    bool HasMark(DomainName name, Use use, DateTimeOffset now);

    /// <summary>
    /// Step 65: keeps an entry in place of the earlier one, and moves the mark forward: to the newest <c>at</c> for the
    /// question, kept for <see cref="Limits.MarkOutlivesEntry"/> longer than the entry.
    /// </summary>
    /// <param name="entry">The entry.</param>
    /// <param name="now">The time.</param>
    /// <param name="trouble">Why an entry that may be used could not be kept, for people; null where it is kept or refused.</param>
    /// <returns>False, and nothing changes, where the mark has a different key and the entry's <c>at</c> is not later.</returns>
    bool TryKeep(KeyTableEntry entry, DateTimeOffset now, out string? trouble);

    /// <summary>
    /// Claims the refresh of an entry for the caller: granted once in <see cref="Limits.RefreshInterval"/>, whoever
    /// shares the table, so that a silent KMS is not asked again and again.
    /// </summary>
    /// <param name="question">Name, use and trust anchor.</param>
    /// <param name="now">The time.</param>
    /// <returns>False where it was claimed already, there is no entry, or the claim could not be written down.</returns>
    bool TryClaimRefresh(KeyQuestion question, DateTimeOffset now);
}
