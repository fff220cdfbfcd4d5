using System.Globalization;

namespace KmsApp.Tests.Simulation;

/// <summary>
/// What happened in a run, in order. Every line goes into a digest, by which two runs of one seed are compared; the lines
/// themselves are kept only where somebody wants to read them. Nothing that differs from run to run stands in a line:
/// signatures are made with fresh randomness.
/// </summary>
internal sealed class EventLog(VirtualTime time, bool keepsLines)
{
    private readonly List<string> _lines = [];

    /// <summary>The digest of all lines so far (FNV-1a).</summary>
    public ulong Digest { get; private set; } = 0xCBF29CE484222325;

    public int Count { get; private set; }

    public IReadOnlyList<string> Lines => _lines;

    public void Add(string what)
    {
        Count++;
        Feed((ulong)time.Elapsed.Ticks);
        foreach (char c in what) Feed(c);
        if (keepsLines) _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{time.Elapsed.TotalSeconds,12:F6} {what}"));
    }

    private void Feed(ulong value) => Digest = unchecked((Digest ^ value) * 0x100000001B3);
}
