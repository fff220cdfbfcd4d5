namespace Kms.Benchmarks;

/// <summary>Packets of one kind, made before the clock starts. Safe for use from many threads at once.</summary>
/// <param name="kind">Their kind.</param>
/// <param name="packets">The packets; their DNS ID is the sender's to set in a copy.</param>
/// <param name="isEndless">Whether they are sent again from the first on; else each is sent once.</param>
/// <param name="check">Checks a response to the packet of that number, which came then, completely, and says what is wrong; null where there is nothing to check.</param>
internal sealed class PacketPool(PacketKind kind, IReadOnlyList<byte[]> packets, bool isEndless, Func<int, byte[], DateTimeOffset, string?>? check = null)
{
    private int _next = -1;
    private int _answers;

    public PacketKind Kind => kind;

    /// <summary>How many answers come to packets of a kind that wants none, where that is known: who has sent them listens on for these.</summary>
    public int Answers { get; init; }

    /// <summary>Whether some of those have not come yet.</summary>
    public bool LacksAnswers => Volatile.Read(ref _answers) < Answers;

    public byte[] this[int number] => packets[number];

    /// <summary>The number of the next packet; -1 where none is left.</summary>
    public int Take()
    {
        uint next = unchecked((uint)Interlocked.Increment(ref _next));
        if (next < packets.Count) return (int)next;
        if (isEndless && packets.Count > 0) return (int)(next % packets.Count);
        Volatile.Write(ref _next, packets.Count);
        return -1;
    }

    /// <summary>Counts an answer.</summary>
    public void AddAnswer() => Interlocked.Increment(ref _answers);

    /// <summary>What is wrong with a response, or null.</summary>
    public string? FindFault(int number, byte[] response, DateTimeOffset at) => check?.Invoke(number, response, at);
}
