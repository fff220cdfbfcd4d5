namespace KmsApp;

/// <summary>The newest rows, so many of them. Safe for use from many threads at once; nobody waits longer than for a few rows to be copied.</summary>
internal sealed class JournalRing(int capacity)
{
    /// <summary>So many rows are copied at a time.</summary>
    private const int CopiedAtOnce = 256;

    private readonly Lock _lock = new();
    private readonly JournalRow[] _rows = new JournalRow[capacity];
    private int _next;

    /// <summary>The number of rows that it holds at most.</summary>
    public int Capacity => _rows.Length;

    /// <summary>Adds a row in the place of the oldest.</summary>
    public void Add(in JournalRow row)
    {
        if (_rows.Length == 0) return;
        lock (_lock)
        {
            _rows[_next] = row;
            _next = (_next + 1) % _rows.Length;
        }
    }

    /// <summary>Where the rows stand that a filter lets through, at this moment and in no order.</summary>
    public IEnumerable<RowPlace> Find(JournalFilter filter)
    {
        JournalRow[] copied = new JournalRow[CopiedAtOnce];
        for (int start = 0; start < _rows.Length; start += CopiedAtOnce)
        {
            int count = Math.Min(CopiedAtOnce, _rows.Length - start);
            lock (_lock) Array.Copy(_rows, start, copied, 0, count);
            for (int i = 0; i < count; i++)
            {
                if (copied[i].Sequence != 0 && filter.Matches(copied[i])) yield return new RowPlace(copied[i].Sequence, this, start + i);
            }
        }
    }

    /// <summary>A ring of another size with the newest of these rows.</summary>
    public JournalRing Resize(int size)
    {
        JournalRing resized = new(size);
        foreach (RowPlace place in Find(new JournalFilter()).OrderByDescending(place => place.Sequence).Take(size).Reverse())
        {
            if (place.Read() is { } row) resized.Add(row);
        }
        return resized;
    }

    /// <summary>Where a row stands: a row itself is long, and a page shows few of them.</summary>
    public readonly record struct RowPlace(long Sequence, JournalRing Ring, int Number)
    {
        /// <summary>The row; null where another one stands there by now.</summary>
        public JournalRow? Read()
        {
            lock (Ring._lock) return Ring._rows[Number] is var row && row.Sequence == Sequence ? row : null;
        }
    }
}
