namespace KmsApp.Tests.Simulation;

/// <summary>
/// The chance of one run: numbers that follow from the seed alone, on every machine (SplitMix64). Parts of a run have dice of
/// their own, so that what one part draws more leaves the others as they are.
/// </summary>
internal sealed class Dice
{
    private readonly ulong _seed;
    private ulong _state;

    public Dice(ulong seed) => _seed = _state = seed;

    /// <summary>Dice for a part of the run.</summary>
    public Dice For(string part)
    {
        ulong hash = _seed;
        foreach (char c in part) hash = Mix(hash ^ c);
        return new Dice(hash);
    }

    /// <summary>A number from 0 to below the bound.</summary>
    public int Below(int bound) => (int)(Draw() % (uint)bound);

    /// <summary>Whether something of that probability happens.</summary>
    public bool Chance(double probability) => (Draw() >> 11) * (1.0 / (1UL << 53)) < probability;

    /// <summary>A span of time between two bounds, in whole microseconds.</summary>
    public TimeSpan Between(double leastSeconds, double mostSeconds) =>
        TimeSpan.FromMicroseconds(Math.Floor(1e6 * (leastSeconds + ((mostSeconds - leastSeconds) * ((Draw() >> 11) * (1.0 / (1UL << 53)))))));

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    public void Fill(Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++) destination[i] = (byte)(Draw() >> 56);
    }

    private ulong Draw() => Mix(_state = unchecked(_state + 0x9E3779B97F4A7C15));

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
