using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace KmsApp.Tests.Fuzzing;

/// <summary>
/// Tries inputs on a target: its corpus first, then changed ones. An input that goes where none has gone joins the inputs that are changed.
/// The same seed tries the same inputs.
/// </summary>
internal sealed class FuzzRun
{
    /// <summary>No input may take longer: whoever can send one can send many.</summary>
    private static readonly TimeSpan MaximumTime = TimeSpan.FromMilliseconds(250);

    /// <summary>A busy machine may stop a thread for long, but hardly so often in a row.</summary>
    private const int TimeTrials = 5;

    private const int MostTriesToShrink = 4_000;

    private readonly FuzzTarget _target;
    private readonly Mutator _mutator;
    private readonly Random _random;
    private readonly int _seed;
    private readonly Coverage _coverage = new();
    private readonly List<byte[]> _inputs = [];
    private readonly Dictionary<string, long> _outcomes = [];
    private readonly HashSet<(string, int)> _classes = [];
    private long _tried;

    private FuzzRun(FuzzTarget target, int seed)
    {
        _target = target;
        _seed = seed;
        _random = new Random(seed);
        _mutator = new Mutator(_random, target.Tokens, () => _inputs[_random.Next(_inputs.Count)], target.MaximumLength);
    }

    /// <summary>Runs a target.</summary>
    /// <param name="target">Its name.</param>
    /// <param name="inputs">How many inputs; those of the corpus are tried in any case.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>What happened, in a line.</returns>
    /// <exception cref="AssertFailedException">An input broke a law; the message has the input, shrunk.</exception>
    public static string Start(string target, long inputs, int seed)
    {
        Coverage.Begin(); // what is instrumented needs its map at once
        return Start(FuzzTargets.Find(target), inputs, seed);
    }

    /// <inheritdoc cref="Start(string, long, int)"/>
    public static string Start(FuzzTarget target, long inputs, int seed) => new FuzzRun(target, seed).Run(inputs);

    private string Run(long inputs)
    {
        Stopwatch clock = Stopwatch.StartNew();
        foreach (byte[] input in FuzzCorpus.Of(_target)) Try(input, isFirst: true);
        while (_tried < inputs) Try(Next(), isFirst: false);
        string[] missing = [.. _target.Expected.Where(outcome => !_outcomes.ContainsKey(outcome))];
        string report = string.Create(CultureInfo.InvariantCulture,
            $"{_target.Name}: {_tried} inputs, {_tried / clock.Elapsed.TotalSeconds:f0} a second, {_inputs.Count} kept, {_coverage.Pairs} pairs of branches, seed {_seed}; ")
            + string.Join(", ", _outcomes.OrderByDescending(outcome => outcome.Value).Select(outcome => $"{outcome.Key} {outcome.Value}"));
        return missing.Length == 0 ? report : throw new AssertFailedException($"Never came: {string.Join(", ", missing)}. {report}");
    }

    private byte[] Next()
    {
        // The newest are where something was just found.
        byte[] input = _random.Next(3) == 0 ? _inputs[^(1 + _random.Next(Math.Min(_inputs.Count, 64)))] : _mutator.Pick(_inputs);
        return _random.Next(3) == 0 ? _target.MutateInside(input, _mutator) : _mutator.Mutate(input);
    }

    private void Try(byte[] input, bool isFirst)
    {
        _tried++;
        Coverage.Begin();
        if (FaultOf(input, out string outcome) is { } fault) Fail(input, fault);
        bool isNew = _coverage.HasNews() | _classes.Add((outcome, BitOperations.Log2((uint)input.Length + 1)));
        _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
        if (isFirst || isNew) _inputs.Add(input);
    }

    /// <summary>What an input breaks, or null.</summary>
    private Exception? FaultOf(byte[] input, out string outcome)
    {
        outcome = "";
        try
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread(), started = Stopwatch.GetTimestamp();
            outcome = _target.Try(input);
            TimeSpan time = Stopwatch.GetElapsedTime(started);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            // What is allocated once, when code is first run, is no input's.
            if (allocated > _target.AllocationFor(input.Length)) allocated = LeastOf(input, () => GC.GetAllocatedBytesForCurrentThread());
            if (allocated > _target.AllocationFor(input.Length)) return new BrokenLawException("it allocates more than its bound");
            if (time > MaximumTime) time = Stopwatch.GetElapsedTime(0, LeastOf(input, Stopwatch.GetTimestamp));
            return time > MaximumTime ? new BrokenLawException("it takes longer than its bound") : null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private long LeastOf(byte[] input, Func<long> read)
    {
        long least = long.MaxValue;
        for (int i = 0; i < TimeTrials; i++)
        {
            long before = read();
            _target.Try(input);
            least = Math.Min(least, read() - before);
        }
        return least;
    }

    private void Fail(byte[] input, Exception fault)
    {
        byte[] least = Shrink(input, fault);
        string file = Path.Combine("KmsApp.Tests", "Fuzzing", "Corpus", _target.Name, "NAME.bin");
        throw new AssertFailedException(string.Create(CultureInfo.InvariantCulture, $"""
            {_target.Name}, KMS_SEED={_seed}, input {_tried}: {fault.GetType().Name}: {fault.Message}
            hex: {Convert.ToHexString(least)}
            text: {Encoding.Latin1.GetString(least)}
            Keep it: echo {Convert.ToBase64String(least)} | base64 -d > {file}
            """), fault);
    }

    /// <summary>A shorter and plainer input that breaks the same law.</summary>
    private byte[] Shrink(byte[] input, Exception fault)
    {
        string kind = KindOf(fault);
        int left = MostTriesToShrink;
        bool Breaks(byte[] candidate) => left-- > 0 && FaultOf(candidate, out _) is { } other && KindOf(other) == kind;
        for (int piece = Math.Max(input.Length / 2, 1); piece > 0 && left > 0; piece /= 2)
        {
            for (int at = 0; at + piece <= input.Length && left > 0;)
            {
                byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(at + piece)];
                if (Breaks(shorter)) input = shorter;
                else at += piece;
            }
        }
        for (int at = 0; at < input.Length && left > 0; at++)
        {
            if (input[at] == '0') continue;
            byte[] plainer = [.. input.AsSpan(0, at), (byte)'0', .. input.AsSpan(at + 1)];
            if (Breaks(plainer)) input = plainer;
        }
        return input;
    }

    private static string KindOf(Exception fault) =>
        fault is BrokenLawException ? fault.Message : $"{fault.GetType()} {new StackTrace(fault).GetFrame(0)?.GetMethod()?.Name}";
}
