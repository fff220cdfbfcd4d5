namespace KmsApp;

/// <summary>The newest rows, so many of them. Nobody waits for anybody: who adds takes a place, who reads copies.</summary>
internal sealed class JournalRing(int capacity)
{
    private readonly JournalRow?[] _rows = new JournalRow?[capacity];
    private long _next;

    /// <summary>The number of rows that it holds at most.</summary>
    public int Capacity => _rows.Length;

    /// <summary>Adds a row in the place of the oldest.</summary>
    public void Add(JournalRow row)
    {
        if (_rows.Length == 0) return;
        long number = Interlocked.Increment(ref _next) - 1;
        Volatile.Write(ref _rows[number % _rows.Length], row);
    }

    /// <summary>The rows at this moment, in no order.</summary>
    public IEnumerable<JournalRow> Rows()
    {
        for (int i = 0; i < _rows.Length; i++)
        {
            if (Volatile.Read(ref _rows[i]) is { } row) yield return row;
        }
    }

    /// <summary>A ring of another size with the newest of these rows.</summary>
    public JournalRing Resize(int size)
    {
        JournalRing resized = new(size);
        foreach (JournalRow row in Rows().OrderByDescending(row => row.Sequence).Take(size).Reverse()) resized.Add(row);
        return resized;
    }
}
