using System.Text;

namespace Kms.Protocol;

/// <summary>
/// The names that were read last, so that one which stands in many messages is one string: those who speak often are not made
/// anew for each message, and what tables note of a message does not outlive it. Safe for use from many threads at once.
/// </summary>
internal static class RecentNames
{
    /// <summary>A power of two. Names that fall on the same place push each other out.</summary>
    private const int Places = 1 << 14;

    /// <summary>Longer names are made anew each time: all together take 3 MB at the most.</summary>
    private const int LongestKept = 80;

    private static readonly string?[] Names = new string?[Places];

    /// <summary>A name that was read before; null where it is not kept.</summary>
    public static string? Find(ReadOnlySpan<byte> text)
    {
        if (text.Length > LongestKept) return null;
        string? name = Volatile.Read(ref Names[PlaceOf(text)]);
        return name is not null && Ascii.Equals(text, name) ? name : null;
    }

    /// <summary>Keeps a valid name.</summary>
    public static string Add(ReadOnlySpan<byte> text)
    {
        string name = Encoding.ASCII.GetString(text);
        if (text.Length <= LongestKept) Volatile.Write(ref Names[PlaceOf(text)], name);
        return name;
    }

    // Seeded by the platform: nobody can choose names that push out others.
    private static int PlaceOf(ReadOnlySpan<byte> text)
    {
        HashCode hash = default;
        hash.AddBytes(text);
        return hash.ToHashCode() & (Places - 1);
    }
}
