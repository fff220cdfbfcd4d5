using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>
/// The keys of the hosts of this domain, from the server's zones and the configuration (docs/PROTOCOL.md section 7, "Keys
/// of hosts"). Read anew after <see cref="Limits.KeyRefresh"/>; while a zone cannot be read, the last good set serves for
/// <see cref="Limits.KeyStale"/>. Who asks at the same time waits for one look-up. Made anew with each configuration.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim whose wait handle nobody asks for holds nothing to free.")]
internal sealed class HostKeyDirectory(
    KeyServerConfiguration configuration, IHostKeySource zones, KeyImporter importer, IKeyServerJournal journal, TimeProvider time, CancellationToken stopping)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<DomainName, Slot> _slots = [];
    private readonly Queue<DomainName> _known = new();
    private readonly Queue<DomainName> _missed = new();
    private readonly SemaphoreSlim _lookups = new(configuration.Limits.ZoneLookups);

    /// <summary>The number of names at hand, those without a key included.</summary>
    public int Count
    {
        get { lock (_lock) return _slots.Count; }
    }

    /// <summary>Whether keys of a host are at hand, or stand in the configuration.</summary>
    public bool Knows(DomainName host)
    {
        if (configuration.HasHost(host)) return true;
        lock (_lock) return _slots.TryGetValue(host, out Slot? slot) && slot.IsKnown;
    }

    /// <summary>The keys of a host whose name ends here.</summary>
    public ValueTask<HostKeys> FindAsync(DomainName host)
    {
        Task<HostKeys> reading;
        TaskCompletionSource<HostKeys>? mine = null;
        Slot? slot;
        lock (_lock)
        {
            if (_slots.TryGetValue(host, out slot))
            {
                if (slot.Keys is { } keys && time.GetUtcNow() is var now && now < slot.Until && IsFrom(slot, now, configuration.Limits.KeyRefresh)) return new(keys);
            }
            else
            {
                slot = new Slot();
                _slots.Add(host, slot);
                Remember(_missed, host, configuration.Limits.KnownMisses, known: false);
            }
            if (slot.Reading is null)
            {
                mine = new TaskCompletionSource<HostKeys>(TaskCreationOptions.RunContinuationsAsynchronously);
                slot.Reading = mine.Task;
            }
            reading = slot.Reading;
        }
        return mine is null ? new(reading) : new(ReadAsync(host, slot, mine));
    }

    private async Task<HostKeys> ReadAsync(DomainName host, Slot slot, TaskCompletionSource<HostKeys> waiting)
    {
        HostKeys? last = slot.Keys;
        ZoneAnswer answer;
        try
        {
            answer = await AskAsync(host).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            answer = ZoneAnswer.NotKnown; // a fault of a zone is no answer
        }
        DateTimeOffset now = time.GetUtcNow();
        HostKeys keys = answer.IsKnown ? Build(host, Parse(host, answer.Texts!, now), last, now)
            : last is { IsKnown: true } && IsFrom(slot, now, configuration.Limits.KeyRefresh + configuration.Limits.KeyStale) ? last
            : Build(host, default, last, now);
        lock (_lock)
        {
            slot.Reading = null;
            slot.Keys = keys;
            if (answer.IsKnown) slot.ReadSince = time.GetTimestamp();
            // What is not known is asked again at once; who asks together still waits together.
            slot.Until = answer.IsKnown ? keys.ReadAt + configuration.Limits.KeyRefresh : DateTimeOffset.MinValue;
            if (keys.ChangesAt < slot.Until) slot.Until = keys.ChangesAt.Value;
            bool hasKeys = !keys.Identities.IsEmpty || !keys.Records.IsDefaultOrEmpty;

            // It may have been forgotten as a miss while it was being read.
            if (hasKeys && !slot.IsKnown && (_slots.TryAdd(host, slot) || _slots[host] == slot))
            {
                slot.IsKnown = true;
                Remember(_known, host, configuration.Limits.KnownHosts, known: true);
            }
        }
        waiting.SetResult(keys);
        return keys;
    }

    /// <summary>Whether keys were read within a span of time, by the clock and in truth: one that is set back must not make them serve longer.</summary>
    private bool IsFrom(Slot slot, DateTimeOffset now, TimeSpan span) =>
        slot.Keys is { } keys && now < keys.ReadAt + span && now >= keys.ReadAt - Spec.AllowedSkew && time.GetElapsedTime(slot.ReadSince) < span;

    private async Task<ZoneAnswer> AskAsync(DomainName host)
    {
        await _lookups.WaitAsync(stopping).ConfigureAwait(false);
        try
        {
            return await zones.ReadAsync(host, stopping).ConfigureAwait(false);
        }
        finally
        {
            _lookups.Release();
        }
    }

    /// <summary>
    /// The <c>key</c> records of this very host, as many as are kept, in the order that counts; everything else at the name
    /// is somebody else's. Texts are compared as they were read: they have one spelling.
    /// </summary>
    private ImmutableArray<KeyRecord> Parse(DomainName host, IReadOnlyList<ReadOnlyMemory<byte>> texts, DateTimeOffset now)
    {
        List<(KeyRecord Record, ReadOnlyMemory<byte> Text)> found = [];
        foreach (ReadOnlyMemory<byte> text in texts)
        {
            if (!MessageText.TryParse(text, out MessageText? parsed, out _) || parsed.Message is not KeyRecord record || record.Name != host) continue;
            if (record.Use.IsIdentity && record.Key.Algorithm == KeyAlgorithm.Other) continue; // it can authenticate nobody
            found.Add((record, text));
        }
        if (found.Count > 1) found.Sort((a, b) => Compare(b, a, now));
        if (found.Count > Spec.MaximumKeysOfHost) TellLimit(host, nameof(Spec.MaximumKeysOfHost));
        return [.. found.Take(Spec.MaximumKeysOfHost).Select(one => one.Record)];
    }

    /// <summary>
    /// Which of two records of a host counts less. Between those that count for one use it goes by <c>nbf</c>, and then by
    /// the text; what comes before that says which are kept where they are too many.
    /// </summary>
    private static int Compare((KeyRecord Record, ReadOnlyMemory<byte> Text) a, (KeyRecord Record, ReadOnlyMemory<byte> Text) b, DateTimeOffset now)
    {
        int order = (now >= b.Record.Expires).CompareTo(now >= a.Record.Expires);
        if (order == 0) order = a.Record.Use.IsIdentity.CompareTo(b.Record.Use.IsIdentity);
        if (order == 0) order = (a.Record.NotBefore ?? DateTimeOffset.UnixEpoch).CompareTo(b.Record.NotBefore ?? DateTimeOffset.UnixEpoch);
        return order != 0 ? order : a.Text.Span.SequenceCompareTo(b.Text.Span);
    }

    private HostKeys Build(DomainName host, ImmutableArray<KeyRecord> records, HostKeys? last, DateTimeOffset now)
    {
        IEnumerable<KeyRecord> identities = configuration.FindHost(host, Use.Identity) is { } configured
            ? configured.Keys.Select(key => new KeyRecord(host, Use.Identity, key, null, null))
            : records.IsDefault ? [] : records.Where(record => HostKeys.Counts(record, Use.Identity, now, now + configuration.Limits.KeyRefresh + configuration.Limits.KeyStale));

        // Those valid now, and those that will be before the next look: all that are kept, for four count at each time.
        // Importing is dear: what was at hand stays.
        ImmutableArray<HostIdentity> kept =
        [
            .. identities.Select(record => last?.Identities.FirstOrDefault(i => i.Record == record) ?? new HostIdentity(record, importer)),
        ];
        return new HostKeys(configuration, host, records, kept, now);
    }

    /// <summary>Notes a name, and forgets the one noted first where there are too many. Names without a key cannot push out those with one.</summary>
    private void Remember(Queue<DomainName> queue, DomainName host, int capacity, bool known)
    {
        queue.Enqueue(host);
        while (queue.Count > capacity && queue.TryDequeue(out DomainName first))
        {
            if (!_slots.TryGetValue(first, out Slot? slot) || slot.IsKnown != known) continue;
            _slots.Remove(first);
            if (!known && slot.Keys is not null && time.GetUtcNow() >= slot.Until) continue; // it would have been asked for anew
            TellLimit(first, known ? nameof(Limits.KnownHosts) : nameof(Limits.KnownMisses));
        }
    }

    private void TellLimit(DomainName host, string limit) =>
        journal.Record(new JournalEvent(JournalEventKind.LimitReached, new KeyQuestion(host, default, default), default, null, Limit: limit));

    private sealed class Slot
    {
        public HostKeys? Keys { get; set; }

        public DateTimeOffset Until { get; set; }

        /// <summary>The time stamp of the last reading that gave an answer.</summary>
        public long ReadSince { get; set; }

        public Task<HostKeys>? Reading { get; set; }

        public bool IsKnown { get; set; }
    }
}
