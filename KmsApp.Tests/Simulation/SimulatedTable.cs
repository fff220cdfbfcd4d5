using System.Diagnostics.CodeAnalysis;
using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests.Simulation;

/// <summary>
/// The key table of a host, watched: whatever comes into it is judged at once, whether anybody waits for it or not, and what is in
/// it must be found again. On a disk it outlives its host.
/// </summary>
internal sealed class SimulatedTable(World world, SimulatedHost host, SimulatedDisk? disk) : IKeyTable
{
    private readonly Dictionary<KeyQuestion, Kept> _kept = [];
    private IKeyTable _table = disk is null ? new KeyTable() : disk.Open();
    private (KeyQuestion Question, Kept? Before)? _lastWrite;

    /// <summary>The entry that was kept last for a question, or null.</summary>
    public KeyTableEntry? LastFor(KeyQuestion question) => _kept.GetValueOrDefault(question)?.Entry;

    public bool TryFind(KeyQuestion question, DateTimeOffset now, [NotNullWhen(true)] out KeyTableEntry? entry)
    {
        bool found = _table.TryFind(question, now, out entry);
        if (!host.Clock.WasSet && _kept.GetValueOrDefault(question)?.Entry is { } kept && now < kept.Expires && entry?.Text.Digest != kept.Text.Digest)
            world.Fail($"{host.Name} kept {question}, and its table does not have it");
        return found;
    }

    public bool HasMark(DomainName name, Use use, DateTimeOffset now)
    {
        bool has = _table.HasMark(name, use, now);
        if (!host.Clock.WasSet && !has && HasKept(name, use, now)) world.Fail($"{host.Name} has accepted a {use} key of {name}, and no longer knows");
        return has;
    }

    public bool TryKeep(KeyTableEntry entry, DateTimeOffset now, out string? trouble)
    {
        BeforeWrite();
        if (!_table.TryKeep(entry, now, out trouble)) return false;
        if (trouble is not null) world.Fail($"{host.Name} cannot write its table: {trouble}");
        Kept? before = _kept.GetValueOrDefault(entry.Question);
        world.Verdict.Judge(host, entry, before, now);
        _kept[entry.Question] = Kept.After(before, entry, now);
        _lastWrite = (entry.Question, before);
        return true;
    }

    public bool TryClaimRefresh(KeyQuestion question, DateTimeOffset now)
    {
        BeforeWrite();
        if (!_table.TryClaimRefresh(question, now)) return false;
        world.Truth.Count("host: begins a refresh");
        return true;
    }

    /// <summary>Whether a key for a name and use was accepted from any anchor, not too long ago.</summary>
    public bool HasKept(DomainName name, Use use, DateTimeOffset now) =>
        _kept.Any(kept => kept.Key.Name == name && kept.Key.Use == use && now < kept.Value.MarkEnds);

    /// <summary>The power fails: the last write may be lost.</summary>
    public void LoseLastWrite()
    {
        disk!.LoseLastWrite();
        if (_lastWrite is not { } last) return;
        if (last.Before is { } before) _kept[last.Question] = before;
        else _kept.Remove(last.Question);
        _lastWrite = null;
    }

    /// <summary>Somebody puts a key of his own into the files.</summary>
    public void Forge(Func<Attestation, MessageText> attest)
    {
        if (disk!.Forge(attest) is not { } question) return;
        _kept.Remove(question);
        _lastWrite = null;
    }

    /// <summary>The host starts anew: what was kept must be there.</summary>
    public void Reopen()
    {
        _table = disk!.Open();
        DateTimeOffset now = host.Clock.GetUtcNow();
        foreach (KeyQuestion question in _kept.Keys)
        {
            if (TryFind(question, now, out _)) world.Truth.Count("host: finds its entry after a restart");
            HasMark(question.Name, question.Use, now);
        }
    }

    private void BeforeWrite()
    {
        disk?.Note();
        _lastWrite = null;
    }

    /// <summary>What is kept for a question.</summary>
    /// <param name="Entry">The last entry.</param>
    /// <param name="MarkAt">The newest 'at' that was accepted.</param>
    /// <param name="MarkEnds">When that no longer counts.</param>
    internal sealed record Kept(KeyTableEntry Entry, DateTimeOffset MarkAt, DateTimeOffset MarkEnds)
    {
        public static Kept After(Kept? before, KeyTableEntry entry, DateTimeOffset now)
        {
            DateTimeOffset ends = entry.Expires + Kms.Client.Limits.MarkOutlivesEntry;
            return before is null || now >= before.MarkEnds
                ? new Kept(entry, entry.At, ends)
                : new Kept(entry, entry.At > before.MarkAt ? entry.At : before.MarkAt, ends > before.MarkEnds ? ends : before.MarkEnds);
        }
    }
}
