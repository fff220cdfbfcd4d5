using System.Diagnostics;

namespace Kms.Benchmarks;

/// <summary>The load of a soak: everything that comes to a server, at a steady rate.</summary>
/// <param name="session">The target.</param>
/// <param name="changing">Hosts whose keys change, which are asked for too.</param>
/// <param name="rate">Packets a second.</param>
/// <param name="turn">For how long packets are made at once; null: as long as is good.</param>
/// <param name="patience">After how long an answer counts as lost; null: 6 s.</param>
internal sealed class SoakLoad(LoadSession session, ChangingHosts changing, int rate, TimeSpan? turn = null, TimeSpan? patience = null)
{
    private const int AsksPerSecond = 10, ChangeEvery = 50, GuestEvery = 2, BreakEvery = 5;

    private static readonly Mix Mix = Mix.TryParse("warm=30,cold=8,unsolved=4,forged=12,replayed=8,malformed=12,txt=18,a=8", out Mix? mix, out string? fault) ? mix : throw new FormatException(fault);

    /// <summary>So long the same packets are repeated that are to be abandoned: while a replayed one would still be in time.</summary>
    private static readonly TimeSpan RepeatedFor = TimeSpan.FromMinutes(2);

    private readonly TimeSpan _turn = turn ?? TimeSpan.FromSeconds(10), _patience = patience ?? TimeSpan.FromSeconds(6);
    private readonly Dictionary<PacketKind, PacketPool> _repeated = [];
    private long _repeatedSince;

    /// <summary>What has become of the packets.</summary>
    public LoadResult Result { get; } = new();

    /// <summary>Those who come over TCP.</summary>
    public StreamGuests Guests { get; } = new(session);

    /// <summary>How many names are asked for cold in turn, so that the attestation of each has ended when its turn comes again.</summary>
    public static int ColdNamesAt(int rate, TimeSpan lifetime) => (int)(rate * Mix.ShareOf(PacketKind.Cold) * lifetime.TotalSeconds * 1.25) + 1;

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken over)
    {
        Task others = RunOthersAsync(over);
        Task<IReadOnlyList<PacketPool>> next = Task.Run(Prepare, CancellationToken.None);
        while (!over.IsCancellationRequested)
        {
            IReadOnlyList<PacketPool> pools = await next;
            Task<LoadResult> running = LoadGenerator.RunAsync(session.Plan(Mix, _turn) with { Rate = rate, Patience = _patience, CheckOneOf = 1 }, pools);
            await Task.Delay(_turn / 2, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            next = Task.Run(Prepare, CancellationToken.None);
            Result.Add(await running);
        }
        await next;
        await others;
    }

    /// <summary>Honest hosts at a steady rate, keys that change, and guests over TCP.</summary>
    private async Task RunOthersAsync(CancellationToken over)
    {
        HashSet<Task> underWay = [];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; !over.IsCancellationRequested; i++)
        {
            TimeSpan ahead = TimeSpan.FromSeconds((double)i / AsksPerSecond) - Stopwatch.GetElapsedTime(start);
            if (ahead > TimeSpan.Zero) await Task.Delay(ahead, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            underWay.Add(changing.AskAsync(i));
            if (i % ChangeEvery == 0) underWay.Add(changing.ChangeAsync(i / ChangeEvery));
            if (i % GuestEvery == 0) underWay.Add(Guests.AskAsync());
            if (i % BreakEvery == 0) underWay.Add(Guests.BreakOffAsync(isAbrupt: i % (2 * BreakEvery) == 0));
            foreach (Task done in underWay.Where(task => task.IsCompleted).ToArray())
            {
                underWay.Remove(done);
                await done;
            }
        }
        await Task.WhenAll(underWay);
    }

    private IReadOnlyList<PacketPool> Prepare()
    {
        Guests.Prepare();
        if (_repeated.Count == 0 || Stopwatch.GetElapsedTime(_repeatedSince) > RepeatedFor)
        {
            _repeatedSince = Stopwatch.GetTimestamp();
            foreach (PacketKind kind in Mix.Parts.Select(part => part.Kind).Where(kind => !kind.IsHonestInquiry())) _repeated[kind] = session.Prepare(Mix.Of(kind), 0)[0];
        }
        int packets = (int)(rate * _turn.TotalSeconds) + Mix.Parts.Sum(part => part.Weight);
        return [.. _repeated.Values, .. Mix.Parts.Where(part => part.Kind.IsHonestInquiry()).Select(part => session.Prepare(part.Kind, (int)Math.Ceiling(packets * Mix.ShareOf(part.Kind))))];
    }
}
