namespace Kms.Benchmarks;

/// <summary>Runs attacks in turn, with ordinary queries and honest hosts beside them, and prints what was seen.</summary>
/// <param name="target">What is attacked.</param>
/// <param name="honest">The hosts that ask honestly.</param>
/// <param name="session">Who makes packets.</param>
internal sealed class AttackRun(ITarget target, HonestHosts honest, LoadSession session) : IDisposable
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);

    /// <summary>After so long what was under way is over: a server closes a connection 10 s after it last read from it.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);
    private static readonly Measure Pending = Measure.All.Single(measure => measure.Counter == "kms.table.pending");

    private readonly InnerCounters[] _counters = [.. target.Use.All.Select(process => new InnerCounters(process, Often))];
    private string _before = "";

    /// <summary>Looks how it is before.</summary>
    public async Task BeginAsync()
    {
        await SeeAsync(Nothing);
        _before = await DescribeAsync();
        Console.WriteLine("| attack | a second | ordinary answers a second | ratio to | p99 | processors busy | honest hosts answered | slowest | memory, the most | descriptors, the most | inquiries under way, the most | what became of it, last round |\n|---|---|---|---|---|---|---|---|---|---|---|---|");
    }

    /// <summary>Runs attacks in turn.</summary>
    public async Task RunAsync(int rounds, IReadOnlyList<Attack> attacks)
    {
        List<(FloodResult Result, double Pending, string Became)>[] seen = [.. attacks.Select(_ => new List<(FloodResult, double, string)>())];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < attacks.Count; i++)
            {
                int at = (round + i) % attacks.Count;
                seen[at].Add(await SeeAsync(attacks[at]));
                await Task.Delay(Quiet);
            }
        }
        for (int i = 0; i < attacks.Count; i++)
        {
            int equal = attacks.ToList().FindIndex(other => other.Name == attacks[i].Equal);
            FloodResult[] results = [.. seen[i].Select(one => one.Result)];
            double[] ratios = [.. results.Zip(seen[equal], (one, two) => one.OrdinaryRate / two.Result.OrdinaryRate)];
            Console.WriteLine(
                $"| {attacks[i].Name} | {Ratio.Median(results.Select(one => one.FloodRate)):#,0} | {Ratio.Median(results.Select(one => one.OrdinaryRate)):#,0} | {Ratio.Text(ratios)} | {results.Max(one => one.OrdinaryLatency).TotalMilliseconds:0.0} ms "
                + $"| {Ratio.Median(results.Select(one => one.Processors)):0.00} | {results.Sum(one => one.HonestAnswered)} of {results.Sum(one => one.HonestAsked)} | {results.Max(one => one.HonestLongest).TotalSeconds:0.00} s "
                + $"| {results.Max(one => one.GreatestBytes) >> 20} MB | {results.Max(one => one.GreatestDescriptors):#,0} | {seen[i].Max(one => one.Pending):#,0} | {seen[i][^1].Became} |");
        }
    }

    /// <summary>Looks how it is afterwards.</summary>
    public async Task EndAsync()
    {
        await Task.Delay(Settling);
        Console.WriteLine($"\nBefore: {_before}\nAfterwards: {await DescribeAsync()}");
    }

    public void Dispose()
    {
        foreach (InnerCounters counters in _counters) counters.Dispose();
    }

    private static Attack Nothing => new("none", "none", TimeSpan.FromSeconds(5), _ => Task.FromResult((0.0, "")));

    private async Task<string> DescribeAsync()
    {
        (FloodResult result, _, _) = await SeeAsync(Nothing);
        Dictionary<Measure, double> sums = [];
        foreach (int process in target.Use.All) Descriptors.Add(process, sums);
        return $"{result.OrdinaryRate:#,0} ordinary answers a second; {result.HonestAnswered} of {result.HonestAsked} honest hosts answered; {string.Join("; ", sums.Select(one => $"{one.Key.Name} {one.Value:#,0}"))}";
    }

    private async Task<(FloodResult Result, double Pending, string Became)> SeeAsync(Attack attack)
    {
        string became = "";
        double pending = 0;
        using CancellationTokenSource over = new();
        Task looking = LookAsync();
        FloodRun run = new(target, honest, 0, attack.Length) { OrdinaryAtOnce = attack.OrdinaryAtOnce };
        FloodResult result = await run.RunAsync(session, async () =>
        {
            (double rate, became) = await attack.RunAsync(attack.Length);
            return rate;
        });
        await over.CancelAsync();
        await looking;
        return (result, pending, became);

        async Task LookAsync()
        {
            while (!over.IsCancellationRequested)
            {
                Dictionary<Measure, double> sums = [];
                foreach (InnerCounters counters in _counters) counters.Add(sums);
                pending = Math.Max(pending, sums.GetValueOrDefault(Pending));
                await Task.Delay(Often / 2, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
