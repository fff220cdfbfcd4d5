using System.Diagnostics.CodeAnalysis;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>A key table in memory, of bounded size.</summary>
/// <param name="maximumRows">
/// The most rows, 1 or more. A full table makes room by dropping the row whose mark ends first.
/// </param>
public sealed class KeyTable(int maximumRows = Limits.TableRows) : IKeyTable
{
    private readonly int _maximumRows = maximumRows > 0 ? maximumRows : throw new ArgumentOutOfRangeException(nameof(maximumRows));
    private readonly Lock _gate = new();
    private readonly Dictionary<KeyQuestion, KeyTableRow> _rows = [];
    private DateTimeOffset _nextSweep = DateTimeOffset.MinValue;

    /// <summary>The rows, those included of which only the mark is left.</summary>
    public int Count
    {
        get { lock (_gate) return _rows.Count; }
    }

    /// <inheritdoc/>
    public bool TryFind(KeyQuestion question, DateTimeOffset now, [NotNullWhen(true)] out KeyTableEntry? entry)
    {
        lock (_gate)
        {
            Sweep(now);
            entry = _rows.GetValueOrDefault(question)?.EntryAt(now);
            return entry is not null;
        }
    }

    /// <inheritdoc/>
    public bool HasMark(DomainName name, Use use, DateTimeOffset now)
    {
        lock (_gate)
        {
            // By name and use alone: only an authenticated refusal leads here, too rare for an index.
            foreach ((KeyQuestion question, KeyTableRow row) in _rows)
            {
                if (question.Name == name && question.Use == use && row.CountsAt(now)) return true;
            }
            return false;
        }
    }

    /// <inheritdoc/>
    public bool TryKeep(KeyTableEntry entry, DateTimeOffset now, out string? trouble)
    {
        ArgumentNullException.ThrowIfNull(entry);
        trouble = null; // memory has none
        KeyQuestion question = entry.Question;
        lock (_gate)
        {
            Sweep(now);
            KeyTableRow? row = _rows.GetValueOrDefault(question);
            if (!KeyTableRow.TryFollow(row, entry, now, out KeyTableRow? next)) return false;
            if (row is null && _rows.Count >= _maximumRows) MakeRoom();
            _rows[question] = next;
            return true;
        }
    }

    /// <inheritdoc/>
    public bool TryClaimRefresh(KeyQuestion question, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!_rows.TryGetValue(question, out KeyTableRow? row) || !row.TryClaim(now, out KeyTableRow? next)) return false;
            _rows[question] = next;
            return true;
        }
    }

    /// <summary>Lets go of entries that have expired, and of rows whose mark has ended.</summary>
    private void Sweep(DateTimeOffset now)
    {
        if (now < _nextSweep) return;
        _nextSweep = now + Limits.TableSweepInterval;
        foreach ((KeyQuestion question, KeyTableRow row) in _rows)
        {
            // Removing and replacing present rows is allowed while a Dictionary is enumerated.
            if (!row.CountsAt(now)) _rows.Remove(question);
            else if (row.Entry is not null && row.EntryAt(now) is null) _rows[question] = row with { Entry = null };
        }
    }

    private void MakeRoom() => _rows.Remove(_rows.MinBy(row => row.Value.Mark.Ends).Key);
}
