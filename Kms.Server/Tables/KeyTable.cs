using Kms.Protocol;

namespace Kms.Server;

/// <summary>
/// Table 16: attestations by question, until they expire. Bounded; the one that ends first gives way. An entry is never
/// replaced by an older one.
/// </summary>
internal sealed class KeyTable(IKeyServerJournal journal, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly System.Collections.Concurrent.ConcurrentDictionary<KeyQuestion, KeyTableEntry> _entries = new();
    private readonly PriorityQueue<KeyTableEntry, long> _ends = new();
    private int _count; // the dictionary's own takes all its locks

    /// <summary>The number of entries, expired ones that were not looked at since included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>
    /// The entry for a question, if it has not expired (steps 42 and 43). One from a time that is still to come does not count: the
    /// clock has been set back, and nobody whose clock is right would take it.
    /// </summary>
    public KeyTableEntry? Find(KeyQuestion question) =>
        _entries.TryGetValue(question, out KeyTableEntry? entry) && time.GetUtcNow() is var now && now < entry.Attestation.Expires && entry.Attestation.At <= now + Spec.AllowedSkew
            ? entry
            : null;

    /// <summary>Whether an attestation would bring back a key that was replaced: another key, not newer than the one at hand.</summary>
    public bool WouldGoBack(Attestation attestation) =>
        Find(attestation.Question) is { } entry && !entry.Attestation.Key.Equals(attestation.Key) && attestation.At <= entry.Attestation.At;

    /// <summary>Keeps an entry.</summary>
    /// <param name="entry">An entry that was checked.</param>
    /// <param name="capacity">The bound of the table.</param>
    /// <returns>The entry at hand afterwards: this one, or the newer one that was there.</returns>
    public KeyTableEntry Keep(KeyTableEntry entry, int capacity)
    {
        KeyQuestion question = entry.Attestation.Question;
        lock (_lock)
        {
            if (Find(question) is { } present)
            {
                if (present.Attestation.At > entry.Attestation.At) return present;
                if (entry.IsDueAt(time.GetUtcNow())) entry.TakeClaimOf(present);
            }
            RemoveExpired();
            bool isNew = !_entries.ContainsKey(question);
            while (isNew && _count >= capacity && _ends.TryDequeue(out KeyTableEntry? first, out _))
            {
                if (Remove(first)) journal.Record(new JournalEvent(JournalEventKind.LimitReached, first.Attestation.Question, default, null, Limit: nameof(Limits.KeyTableEntries)));
            }
            _entries[question] = entry;
            if (isNew) _count++;
            _ends.Enqueue(entry, entry.Attestation.Expires.ToUnixTimeSeconds());

            // Replaced entries leave the queue when they end; many replacements must not make it grow without bound.
            if (_ends.Count > 2 * Math.Max(capacity, 64)) Rebuild();
            return entry;
        }
    }

    /// <summary>
    /// Forgets the entries that do not count under a configuration: what a key that is no longer trusted has signed must
    /// not stand in the way of what its successor signs.
    /// </summary>
    public void ForgetUntrusted(KeyServerConfiguration configuration)
    {
        lock (_lock)
        {
            foreach (KeyTableEntry entry in _entries.Values)
            {
                if (!configuration.Trusts(entry)) Remove(entry);
            }
            Rebuild();
        }
    }

    private void RemoveExpired()
    {
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        while (_ends.TryPeek(out KeyTableEntry? first, out long end) && end <= now)
        {
            _ends.Dequeue();
            Remove(first);
        }
    }

    private bool Remove(KeyTableEntry entry)
    {
        if (!_entries.TryRemove(new KeyValuePair<KeyQuestion, KeyTableEntry>(entry.Attestation.Question, entry))) return false;
        _count--;
        return true;
    }

    private void Rebuild()
    {
        _ends.Clear();
        foreach (KeyTableEntry entry in _entries.Values) _ends.Enqueue(entry, entry.Attestation.Expires.ToUnixTimeSeconds());
    }
}
