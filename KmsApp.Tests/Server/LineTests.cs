using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>Not more is sent to another KMS than it takes, and one that is silent is waited for by some only.</summary>
[TestClass]
public sealed class LineTests
{
    private static readonly TimeSpan GivenUp = ExchangeSchedule.BetweenServers.GivenUp;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly Rate Plenty = new(10_000, 10_000);
    private static readonly Limits Limits = new() { InquiriesForHost = Plenty, ChecksForHost = Plenty, SignaturesForHost = Plenty };

    [TestMethod]
    public async Task SilentNeighbour_IsWaitedForBySome_TriedAgainAndAgain_AndServesAllOnceItAcknowledges()
    {
        using Figure7 network = new(limits: Limits);
        bool isThere = false;
        network.Network.Arrives = sent => isThere || sent.Request.To != network.Kms0.Name;
        int number = 0;

        // Nobody knows yet: all wait.
        Task<Response>[] first = await AskAsync(Spec.LeastWindow + 10);
        Assert.AreEqual(0, first.Count(response => response.IsCompleted));
        network.Time.Advance(GivenUp);
        foreach (Task<Response> response in first) AssertTimeout(await response);

        // It is known to be silent: so many wait, and the others are told at once.
        Task<Response>[] waiting = await AskAsync(Spec.LeastWindow);
        Task<Response>[] refused = await AskAsync(5);
        foreach (Task<Response> response in refused) AssertTimeout(await response.WaitAsync(Patience));
        Assert.AreEqual(0, waiting.Count(response => response.IsCompleted));
        Assert.AreEqual(Spec.LeastWindow, network.Kms1.Server.Occupancy.Pending);

        // One more goes on every 50 ms; it finds the neighbour there, and from then on all go on.
        isThere = true;
        AssertTimeout(await (await AskAsync(1))[0].WaitAsync(Patience));
        network.Time.Advance(Spec.SilentTriedEvery);
        foreach (Task<Response> response in await AskAsync(1 + (2 * Spec.LeastWindow))) Assert.AreEqual(Reason.NotFound, (await response.WaitAsync(Patience)).Unsolved().Reason);
        network.Time.Advance(GivenUp);
        await Task.WhenAll(waiting).WaitAsync(Patience);
        Assert.AreEqual((0, 0), (network.Kms1.Server.Occupancy.Pending, network.Time.ArmedTimers));

        // One after the other: each is under way, or told, before the next.
        async Task<Task<Response>[]> AskAsync(int count)
        {
            List<Task<Response>> responses = [];
            for (int i = 0; i < count; i++)
            {
                int before = network.Network.Sent.Count;
                Task<Response> response = network.AskAsync(network.Inquire(DomainName.Parse($"nobody{number++}.c.a.xx")));
                await Figure7.UntilAsync(() => isThere ? response.IsCompleted : response.IsCompleted || network.Network.Sent.Count > before, "it is under way or told");
                responses.Add(response);
            }
            return [.. responses];
        }
    }

    [TestMethod]
    public async Task BurstOfInquiries_IsSentInWindows_AndEachIsAnswered()
    {
        using Figure7 network = new(limits: Limits);
        Task<Response>[] responses = [.. Enumerable.Range(0, 500).Select(i => network.AskAsync(network.Inquire(DomainName.Parse($"burst{i}.c.a.xx"))))];
        foreach (Task<Response> response in responses) Assert.AreEqual(Reason.NotFound, (await response.WaitAsync(TimeSpan.FromSeconds(60))).Unsolved().Reason);
        Assert.AreEqual(0, network.Time.ArmedTimers);
    }

    [TestMethod]
    public void Line_OfOneThatAcknowledgesSomething_IsNotSilent_HoweverManyAreGivenUp()
    {
        VirtualTime time = new();
        Line line = new(time);
        for (int i = 0; i < 10 * Spec.LeastWindow; i++)
        {
            (long lost, long good) = (Begin(line), Begin(line));
            time.Advance(TimeSpan.FromMilliseconds(1));
            line.End(good, isAcknowledged: true);
            line.End(lost, isAcknowledged: false);
        }
    }

    [TestMethod]
    public async Task Line_BeyondItsWindow_LetsRequestsWaitTheirTurn_FirstComeFirstServed()
    {
        VirtualTime time = new();
        Line line = new(time);
        long[] first = [.. Enumerable.Range(0, Spec.FirstWindow).Select(_ => Begin(line))];
        Task<long?> next = BeginLater(line), last = BeginLater(line);
        Assert.AreEqual(1, time.ArmedTimers);

        line.End(first[0], isAcknowledged: null); // of one that was ended, nothing is learnt
        Assert.IsNotNull(await next.WaitAsync(Patience));
        Assert.IsFalse(last.IsCompleted);
        line.End(first[1], isAcknowledged: null);
        Assert.IsNotNull(await last.WaitAsync(Patience));
        Assert.AreEqual(0, time.ArmedTimers);
        Assert.IsFalse(line.IsIdle);
        foreach (long begun in first) line.End(begun, isAcknowledged: null);
        Assert.IsTrue(line.IsIdle);
    }

    [TestMethod]
    public async Task Turn_ThatDoesNotCome_IsWaitedForASecond_OrUntilItIsCancelled()
    {
        VirtualTime time = new();
        Line line = new(time);
        for (int i = 0; i < Spec.FirstWindow; i++) Begin(line);
        using CancellationTokenSource cancelled = new();
        Task<long?> early = BeginLater(line), givenUp = BeginLater(line, cancelled.Token);
        time.Advance(Spec.LongestTurn / 4);
        Assert.IsFalse(line.IsClosed);
        Task<long?> late = BeginLater(line);
        await cancelled.CancelAsync();
        Assert.IsNull(await givenUp.WaitAsync(Patience));
        time.Advance(Spec.LongestTurn / 4);
        Assert.IsTrue(line.IsClosed, "who came now would have no chance");
        Assert.IsNull(await BeginLater(line).WaitAsync(Patience));
        time.Advance(Spec.LongestTurn / 2);
        Assert.IsNull(await early.WaitAsync(Patience));
        Assert.IsFalse(late.IsCompleted);
        time.Advance(Spec.LongestTurn / 4);
        Assert.IsNull(await late.WaitAsync(Patience));
        Assert.IsFalse(line.IsClosed);
        Assert.AreEqual(0, time.ArmedTimers);
    }

    [TestMethod]
    public async Task Window_GrowsWithQuickAcknowledgements_AndShrinksOnceForThoseThatAreLateTogether()
    {
        VirtualTime time = new();
        Line line = new(time);
        TimeSpan quick = TimeSpan.FromMilliseconds(20), late = quick + Spec.LateBy + TimeSpan.FromMilliseconds(1);
        Queue<Task<long?>> asked = [];
        List<long> underWay = [];
        await FillAsync(Spec.FirstWindow);
        for (int window = Spec.FirstWindow; window < Spec.GreatestWindow; window *= 2) await AcknowledgeAllAsync(quick, window * 2);
        await AcknowledgeAllAsync(quick, Spec.GreatestWindow);
        await AcknowledgeAllAsync(late, Spec.GreatestWindow / 2);
        await AcknowledgeAllAsync(quick, (Spec.GreatestWindow / 2) + 1, tolerance: 1); // from where it was narrowed it grows by one in a round
        for (int window = Spec.GreatestWindow / 4; window >= Spec.LeastWindow; window /= 2) await AcknowledgeAllAsync(late, window, tolerance: 1);
        await AcknowledgeAllAsync(late, Spec.LeastWindow);

        // A way that has become longer for good is no sign that too much is asked.
        while (time.Elapsed + late < quick + Spec.QuickestCounts) await AcknowledgeAllAsync(late, Spec.LeastWindow, tolerance: 1);
        for (int more = 1; more < 8; more++) await AcknowledgeAllAsync(late, Spec.LeastWindow + more, tolerance: 1);

        async Task AcknowledgeAllAsync(TimeSpan after, int expected, int tolerance = 0)
        {
            time.Advance(after);
            foreach (long begun in underWay) line.End(begun, isAcknowledged: true);
            underWay.Clear();
            await FillAsync(expected, tolerance);
        }

        // There are always more that want to send.
        async Task FillAsync(int expected, int tolerance = 0)
        {
            while (asked.TryPeek(out Task<long?>? next) && (next.IsCompleted || underWay.Count < expected))
            {
                if (await asked.Dequeue().WaitAsync(Patience) is { } begun) underWay.Add(begun);
            }
            while (asked.Count < 2 * Spec.GreatestWindow) asked.Enqueue(BeginLater(line));
            while (asked.Peek().IsCompleted) underWay.Add((await asked.Dequeue())!.Value);
            Assert.IsLessThanOrEqualTo(tolerance, Math.Abs(expected - underWay.Count), $"{underWay.Count} are under way, not {expected}");
        }
    }

    [TestMethod]
    public void Lines_MoreThanAreKept_AreLookedThroughOnceASecond_AndThoseInUseStay()
    {
        VirtualTime time = new();
        Lines lines = new(time);
        Line busy = lines.To(Figure7.Endpoint(1));
        Begin(busy);
        int number = 0;
        void Add(int count)
        {
            for (int i = 0; i < count; i++) lines.To(new System.Net.IPEndPoint(number++, Spec.DnsPort));
        }

        Add(Lines.Kept);
        Assert.AreEqual(2, lines.Count, "the idle are forgotten");
        Add(2 * Lines.Kept);
        Assert.AreEqual(2 + (2 * Lines.Kept), lines.Count, "it was not looked again");
        time.Advance(TimeSpan.FromSeconds(1));
        Add(1);
        Assert.AreEqual(2, lines.Count);
        Assert.AreSame(busy, lines.To(Figure7.Endpoint(1)));
    }

    private static long Begin(Line line)
    {
        Task<long?> begun = BeginLater(line);
        Assert.IsTrue(begun.IsCompleted);
        return begun.Result!.Value;
    }

    private static Task<long?> BeginLater(Line line, CancellationToken cancellation = default) => line.BeginAsync(cancellation).AsTask();

    private static void AssertTimeout(Response response) => Assert.AreEqual(Reason.Timeout, response.Unsolved().Reason);
}
