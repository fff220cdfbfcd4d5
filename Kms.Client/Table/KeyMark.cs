using Kms.Protocol;

namespace Kms.Client;

/// <summary>The newest key that was accepted for a question (docs/PROTOCOL.md section 8, step 65).</summary>
/// <param name="Key">The key.</param>
/// <param name="At">The newest <c>at</c> of its attestations.</param>
/// <param name="Ends">The first second at which the mark no longer counts.</param>
internal sealed record KeyMark(PublicKey Key, DateTimeOffset At, DateTimeOffset Ends)
{
    /// <summary>Whether an entry may follow: a different key only if it was read later.</summary>
    public bool Admits(KeyTableEntry entry) => entry.Key.Equals(Key) || entry.At > At;

    /// <summary>The mark after an entry that it admits. It never moves back, and never ends sooner.</summary>
    public static KeyMark After(KeyMark? mark, KeyTableEntry entry)
    {
        DateTimeOffset ends = entry.Expires + Limits.MarkOutlivesEntry;
        if (mark is null) return new KeyMark(entry.Key, entry.At, ends);
        return new KeyMark(entry.Key, Later(mark.At, entry.At), Later(mark.Ends, ends));
    }

    private static DateTimeOffset Later(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
