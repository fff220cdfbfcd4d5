using System.Globalization;

namespace KmsApp.Tests.Simulation;

/// <summary>What the simulation's program is told.</summary>
/// <param name="First">The first seed.</param>
/// <param name="Seeds">How many seeds.</param>
/// <param name="ShowsEvents">Whether every event is printed.</param>
/// <param name="ShowsDigests">Whether the digest of each run is printed.</param>
/// <param name="Mutants">Which planted faults are hunted instead, by number; none: the code as it is.</param>
internal sealed record SimulationOptions(ulong First, int Seeds, bool ShowsEvents, bool ShowsDigests, IReadOnlyList<int> Mutants)
{
    public const string Usage = "Usage: [--first SEED] [--seeds COUNT] [--show] [--digests] [--mutants NUMBER,NUMBER...]";

    public static SimulationOptions? Read(IReadOnlyList<string> arguments)
    {
        SimulationOptions options = new((ulong)Random.Shared.Next(), 2_000, false, false, []);
        for (int i = 0; i < arguments.Count; i++)
        {
            string value = i + 1 < arguments.Count ? arguments[i + 1] : "";
            switch (arguments[i])
            {
                case "--show":
                    options = options with { ShowsEvents = true };
                    continue;
                case "--digests":
                    options = options with { ShowsDigests = true };
                    continue;
                case "--first" when ulong.TryParse(value, CultureInfo.InvariantCulture, out ulong first):
                    options = options with { First = first };
                    break;
                case "--seeds" when int.TryParse(value, CultureInfo.InvariantCulture, out int seeds) && seeds > 0:
                    options = options with { Seeds = seeds };
                    break;
                case "--mutants" when value.Split(',') is var numbers && numbers.All(number => int.TryParse(number, CultureInfo.InvariantCulture, out _)):
                    options = options with { Mutants = [.. numbers.Select(number => int.Parse(number, CultureInfo.InvariantCulture))] };
                    break;
                default:
                    return null;
            }
            i++;
        }
        return options;
    }

    /// <summary>The arguments that say the same.</summary>
    public IReadOnlyList<string> ToArguments() =>
    [
        "--first", First.ToString(CultureInfo.InvariantCulture), "--seeds", Seeds.ToString(CultureInfo.InvariantCulture),
        .. ShowsEvents ? (string[])["--show"] : [], .. ShowsDigests ? (string[])["--digests"] : [],
        .. Mutants.Count > 0 ? (string[])["--mutants", string.Join(',', Mutants)] : [],
    ];
}
