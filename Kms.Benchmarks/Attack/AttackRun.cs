using System.Net.Sockets;
using Kms.Protocol;
using KmsApp.Tests;

namespace Kms.Benchmarks;

/// <summary>Runs attacks in turn, with ordinary queries and honest hosts beside them, and prints what was seen.</summary>
/// <param name="target">What is attacked.</param>
/// <param name="honest">The hosts that ask honestly.</param>
/// <param name="session">Who makes packets.</param>
internal sealed class AttackRun(ITarget target, HonestHosts honest, LoadSession session) : IDisposable
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);

    /// <summary>Between ordinary queries over TCP.</summary>
    private static readonly TimeSpan StreamEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>After so long what was under way is over: a server closes a connection 10 s after it last read from it.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);
    private static readonly Attack Nothing = new("nothing", "nothing", TimeSpan.FromSeconds(5), _ => Task.FromResult((0.0, "")));

    private readonly IReadOnlyList<int> _processes = target.Use.All;
    private readonly Watch _watch = new(target.Use, Often);
    private string _before = "";
    private double _ordinaryCost;

    /// <summary>Looks how it is before.</summary>
    public async Task BeginAsync()
    {
        await SeeAsync(Nothing);
        (FloodResult result, _before) = await DescribeAsync();
        _ordinaryCost = result.Processors / result.OrdinaryRate;
        Console.WriteLine(
            "| attack | a second | ordinary answers a second | ratio to | p99 | over TCP answered | processors busy | processor time for each, beside ordinary answers | honest hosts answered | slowest | memory, the most | descriptors, the most "
            + "| inquiries under way, the most | what became of it, last round |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    }

    /// <summary>Runs attacks in turn.</summary>
    public async Task RunAsync(int rounds, IReadOnlyList<Attack> attacks)
    {
        List<Seen>[] seen = [.. attacks.Select(_ => new List<Seen>())];
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
            double[] costs = [.. results.Select(one => (one.Processors - (one.OrdinaryRate * _ordinaryCost)) / one.FloodRate * 1e6)];
            Console.WriteLine(
                $"| {attacks[i].Name} | {Ratio.Median(results.Select(one => one.FloodRate)):#,0} | {Ratio.Median(results.Select(one => one.OrdinaryRate)):#,0} | {Ratio.Text(ratios)} | {results.Max(one => one.OrdinaryLatency).TotalMilliseconds:0.0} ms "
                + $"| {seen[i].Sum(one => one.StreamsAnswered)} of {seen[i].Sum(one => one.StreamsAsked)} "
                + $"| {Ratio.Median(results.Select(one => one.Processors)):0.00} | {Ratio.Text(costs, "#,0")} µs | {results.Sum(one => one.HonestAnswered)} of {results.Sum(one => one.HonestAsked)} | {results.Max(one => one.HonestLongest).TotalSeconds:0.00} s "
                + $"| {results.Max(one => one.GreatestBytes) >> 20} MB | {results.Max(one => one.GreatestDescriptors):#,0} | {seen[i].Max(one => one.Pending):#,0} | {seen[i][^1].Became} |");
        }
    }

    /// <summary>Looks how it is afterwards.</summary>
    public async Task EndAsync()
    {
        await Task.Delay(Settling);
        (_, string after) = await DescribeAsync();
        Console.WriteLine($"\nBefore: {_before}\nAfterwards: {after}");
    }

    public void Dispose() => _watch.Dispose();

    private async Task<(FloodResult Result, string Text)> DescribeAsync()
    {
        FloodResult result = (await SeeAsync(Nothing)).Result;
        await Task.Delay(Quiet);
        return (result, $"{result.OrdinaryRate:#,0} ordinary answers a second, {result.Processors / result.OrdinaryRate * 1e6:0.0} µs of processor time each; {result.HonestAnswered} of {result.HonestAsked} honest hosts answered; {_watch.Tell()}");
    }

    private async Task<Seen> SeeAsync(Attack attack)
    {
        string became = "";
        double pending = 0;
        using CancellationTokenSource over = new(), streamsOver = new(attack.Length);
        Task looking = LookAsync();
        Task<(int Asked, int Answered)> streams = AskOverTcpAsync(streamsOver.Token);
        FloodRun run = new(target, honest, 0, attack.Length) { OrdinaryAtOnce = attack.OrdinaryAtOnce };
        FloodResult result = await run.RunAsync(session, async () =>
        {
            (double rate, became) = await attack.RunAsync(attack.Length);
            return rate;
        });
        (int asked, int answered) = await streams;
        await over.CancelAsync();
        await looking;
        if (!_processes.All(target.Use.All.Contains)) throw new InvalidOperationException($"A server has ended during '{attack.Name}'.");
        return new Seen(result, pending, asked, answered, became);

        async Task LookAsync()
        {
            while (!over.IsCancellationRequested)
            {
                pending = Math.Max(pending, _watch.LookInside().GetValueOrDefault(Measure.Pending));
                await Task.Delay(Often / 2, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Ordinary queries over TCP, a connection each, whatever becomes of the ones before.</summary>
    private async Task<(int Asked, int Answered)> AskOverTcpAsync(CancellationToken over)
    {
        byte[] query = new DnsMessage { Questions = [new DnsQuestion(session.Asked.Domain.Value, DnsType.Txt)], Edns = new Edns() }.ToArray();
        List<Task<bool>> asking = [];
        while (!over.IsCancellationRequested)
        {
            asking.Add(AskAsync());
            await Task.Delay(StreamEvery, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        bool[] answered = await Task.WhenAll(asking);
        return (answered.Length, answered.Count(one => one));

        async Task<bool> AskAsync()
        {
            try
            {
                return (await RawDns.AskTcpAsync(session.Asked.Dns, query).WaitAsync(Quiet, CancellationToken.None)).Length > query.Length;
            }
            catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or TimeoutException)
            {
                return false;
            }
        }
    }

    private sealed record Seen(FloodResult Result, double Pending, int StreamsAsked, int StreamsAnswered, string Became);
}
