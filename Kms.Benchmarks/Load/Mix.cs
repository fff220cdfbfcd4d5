using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Kms.Benchmarks;

/// <summary>In what proportions kinds of packets are sent, as in <c>warm=80,cold=10,forged=10</c>.</summary>
internal sealed class Mix
{
    private const int GreatestSum = 100_000;

    private Mix(IReadOnlyList<(PacketKind Kind, int Weight)> parts) => Parts = parts;

    /// <summary>The kinds, each once, with its weight of 1 at least.</summary>
    public IReadOnlyList<(PacketKind Kind, int Weight)> Parts { get; }

    /// <summary>A load of one kind.</summary>
    public static Mix Of(PacketKind kind) => new([(kind, 1)]);

    /// <summary>Reads a mix; a kind alone is a mix of it.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Mix? mix, [NotNullWhen(false)] out string? fault)
    {
        mix = null;
        List<(PacketKind Kind, int Weight)> parts = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] sides = part.Split('=', StringSplitOptions.TrimEntries);
            bool isKind = Enum.GetNames<PacketKind>().Contains(sides[0], StringComparer.OrdinalIgnoreCase);
            int weight = 1;
            bool isWeight = sides.Length == 1 || (sides.Length == 2 && int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out weight) && weight is > 0 and <= GreatestSum);
            fault = !isKind ? $"'{sides[0]}' is no kind of packet: write {string.Join(", ", Enum.GetNames<PacketKind>()).ToLowerInvariant()}."
                : !isWeight ? $"'{part}' has no weight of 1 to {GreatestSum}: write {sides[0]}=10."
                : parts.Any(other => other.Kind == Enum.Parse<PacketKind>(sides[0], ignoreCase: true)) ? $"'{sides[0]}' stands there twice."
                : null;
            if (fault is not null) return false;
            parts.Add((Enum.Parse<PacketKind>(sides[0], ignoreCase: true), weight));
        }
        fault = parts.Sum(part => (long)part.Weight) <= GreatestSum ? null : $"The weights sum up to more than {GreatestSum}.";
        if (fault is not null) return false;
        mix = new Mix(parts);
        return true;
    }

    /// <summary>The part of all packets that are of a kind, 0 to 1.</summary>
    public double ShareOf(PacketKind kind) => (double)Parts.Where(part => part.Kind == kind).Sum(part => part.Weight) / Parts.Sum(part => part.Weight);

    /// <summary>The order in which kinds are sent, again and again: each as often as its weight says.</summary>
    public PacketKind[] Order(int seed)
    {
        PacketKind[] order = [.. Parts.SelectMany(part => Enumerable.Repeat(part.Kind, part.Weight))];
        new Random(seed).Shuffle(order);
        return order;
    }
}
