namespace KmsApp.Tests.Fuzzing;

/// <summary>Something that reads bytes from outside, and the laws that it keeps whatever the bytes are.</summary>
internal abstract class FuzzTarget
{
    /// <summary>The name, which is that of its folder in Corpus/ too.</summary>
    public abstract string Name { get; }

    /// <summary>What is tried first, besides the files of its folder: good inputs and bad ones.</summary>
    public abstract IEnumerable<byte[]> Seeds { get; }

    /// <summary>Words of its grammar, which a mutation puts in.</summary>
    public virtual IReadOnlyList<string> Tokens => [];

    /// <summary>The longest input that is tried, in bytes.</summary>
    public virtual int MaximumLength => 8 * 1024;

    /// <summary>How many inputs the short run tries: about half a second's.</summary>
    public virtual int ShortRun => 5_000;

    /// <summary>The outcomes of which a run of any length sees each.</summary>
    public abstract IReadOnlyList<string> Expected { get; }

    /// <summary>The most that one input may allocate, in bytes, what its laws themselves allocate counted: generous, and no more than linear.</summary>
    public virtual long AllocationFor(int length) => (128 * 1024) + (256L * length);

    /// <summary>Reads an input.</summary>
    /// <returns>What came of it, in a word of which there are few.</returns>
    /// <exception cref="Exception">Any: a law is broken.</exception>
    public abstract string Try(byte[] input);

    /// <summary>Changes an input inside what holds it: under lengths, checksums and encodings, which a blind mutation breaks.</summary>
    public virtual byte[] MutateInside(byte[] input, Mutator mutator) => input;
}
