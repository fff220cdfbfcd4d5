namespace Kms.Cli;

/// <summary>What a tunnel tells people: a line for each refusal, and no more lines than somebody can read.</summary>
internal sealed class TunnelLog(TextWriter output, TimeProvider time)
{
    private readonly TextWriter _output = TextWriter.Synchronized(output);
    private readonly TokenBucket _lines = new(TunnelLimits.Lines, TunnelLimits.LineEvery, time);
    private int _untold;

    /// <summary>Tells what the tunnel's user has done himself, always.</summary>
    public void Tell(string line) => _output.WriteLine($"kms: {line}");

    /// <summary>Tells what others can cause, within the limit.</summary>
    public void Note(string line)
    {
        if (!_lines.TryTake())
        {
            Interlocked.Increment(ref _untold);
            return;
        }
        int untold = Interlocked.Exchange(ref _untold, 0);
        Tell(untold == 0 ? line : $"{line} ({untold} such lines before this one were left out)");
    }
}
