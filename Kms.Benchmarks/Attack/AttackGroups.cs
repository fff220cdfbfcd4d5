namespace Kms.Benchmarks;

/// <summary>The attacks that are measured against each other.</summary>
/// <param name="target">What is attacked.</param>
/// <param name="session">Who makes packets.</param>
/// <param name="rate">Inquiries a second, where the upper KMS is a false one.</param>
/// <param name="length">How long each takes.</param>
internal sealed class AttackGroups(ITarget target, LoadSession session, int rate, TimeSpan length)
{
    /// <summary>Their names on the command line.</summary>
    public static readonly string[] Names = ["silent", "idle", "huge", "long", "slow"];

    private const int LongRate = 200, HugeRate = 300, Connections = 400, Filling = 4;

    private static readonly TimeSpan LeastSlow = TimeSpan.FromSeconds(12);

    /// <summary>As long as an inquiry lives, and the answer's way.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    /// <summary>Runs a group.</summary>
    public async Task RunAsync(string name, AttackRun run, int rounds)
    {
        LongRequests requests = new(session, LongRate);
        SlowConnections slow = new(session, Connections);
        TimeSpan slowly = length > LeastSlow ? length : LeastSlow;
        switch (name)
        {
            case "silent":
            case "idle":
                await using (FalseUpper upper = new(name == "silent" ? UpperHabit.Silent : UpperHabit.Idle))
                {
                    const string quietly = "TXT queries, one other at a time";
                    string what = name == "silent" ? "inquiries, the upper KMS is silent" : "inquiries, the upper KMS acknowledges and does nothing";
                    await WithUpperAsync(upper, run, rounds,
                    [
                        Packets("TXT queries", PacketKind.Txt, rate, "TXT queries"),
                        Packets(what, PacketKind.Unsolved, rate, "TXT queries"),
                        // As many as fill the places, with hardly anything beside them.
                        Packets(quietly, PacketKind.Txt, Filling * rate, quietly, 1),
                        Packets(what + ", one other at a time", PacketKind.Unsolved, Filling * rate, quietly, 1),
                    ]);
                }
                break;
            case "huge":
                await using (FalseUpper upper = new(UpperHabit.Huge))
                {
                    Attack inquiries = Packets("inquiries, the upper KMS answers with 64 KB", PacketKind.Unsolved, HugeRate, "TXT queries");
                    await WithUpperAsync(upper, run, rounds,
                    [
                        Packets("TXT queries", PacketKind.Txt, HugeRate, "TXT queries"),
                        inquiries with
                        {
                            RunAsync = async time =>
                            {
                                int before = upper.Told;
                                (double came, string became) = await inquiries.RunAsync(time);
                                return (came, $"{became}; answers of 64 KB: {upper.Told - before:N0}");
                            },
                        },
                    ]);
                }
                break;
            case "long":
                await run.RunAsync(rounds,
                [
                    new("ordinary query of 64 KB", "ordinary query of 64 KB", length, time => requests.RunAsync(requests.Ordinary(), time)),
                    new("64 KB of heads", "ordinary query of 64 KB", length, time => requests.RunAsync(requests.Heads(), time)),
                    new("genuine inquiry of 64 KB", "ordinary query of 64 KB", length, time => requests.RunAsync(requests.Inquiries(), time)),
                    new("forged delivery of 64 KB", "ordinary query of 64 KB", length, time => requests.RunAsync(requests.Deliveries(), time)),
                ]);
                break;
            default:
                await run.RunAsync(rounds,
                [
                    new($"{Connections} connections, idle", $"{Connections} connections, idle", slowly, time => slow.RunAsync(SlowConnections.Habit.Idle, time)),
                    new($"{Connections} connections, a byte a second", $"{Connections} connections, idle", slowly, time => slow.RunAsync(SlowConnections.Habit.Drip, time)),
                    new($"{Connections} connections, inquiries, nothing read", $"{Connections} connections, idle", slowly, time => slow.RunAsync(SlowConnections.Habit.Deaf, time)),
                ]);
                break;
        }
    }

    private async Task WithUpperAsync(FalseUpper upper, AttackRun run, int rounds, Attack[] attacks)
    {
        await target.MoveUpperAsync(upper.Endpoint);
        await session.WarmAsync();
        await run.RunAsync(rounds, attacks);
        await target.MoveUpperAsync(null);
        await session.WarmAsync();
    }

    private Attack Packets(string name, PacketKind kind, int perSecond, string equal, int ordinaryAtOnce = 32)
    {
        Mix mix = Mix.Of(kind);
        return new Attack(name, equal, length, RunAsync, ordinaryAtOnce);

        async Task<(double Rate, string Became)> RunAsync(TimeSpan time)
        {
            IReadOnlyList<PacketPool> pools = session.Prepare(mix, (int)(perSecond * time.TotalSeconds) + 1);
            LoadResult result = await LoadGenerator.RunAsync(session.Plan(mix, time) with { Rate = perSecond, Patience = Patience, CheckOneOf = int.MaxValue }, pools);
            IEnumerable<string> outcomes = Enum.GetValues<Outcome>().Where(outcome => result.Of(kind, outcome) > 0).Select(outcome => $"{outcome.ToString().ToLowerInvariant()} {result.Of(kind, outcome):N0}");
            return (result.SentOf(kind) / result.Elapsed.TotalSeconds, string.Join(", ", outcomes));
        }
    }
}
