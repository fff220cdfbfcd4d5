using System.Security.Cryptography;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>The tables at their bounds, with expiry, and under threads.</summary>
[TestClass]
public sealed class TableTests
{
    private static readonly SigningKey Key = KeyImporter.Generate();

    private readonly VirtualTime _time = new();
    private readonly JournalCount _journal = new();

    [TestMethod]
    public async Task PendingInquiries_AtTheirBound_RefuseTheNew_AndEndByTheirDeadline()
    {
        using PendingInquiries pendings = new(_time, RandomNumberGenerator.Fill);
        PendingInquiry first = pendings.JoinOrOpen(Question(1), Name("kms"), null, TimeSpan.FromSeconds(4), 2, out bool isNew)!;
        Assert.IsTrue(isNew);
        Assert.AreSame(first, pendings.JoinOrOpen(Question(1), Name("kms"), null, TimeSpan.FromSeconds(4), 2, out isNew));
        Assert.IsFalse(isNew);
        _time.Advance(TimeSpan.FromSeconds(1));
        PendingInquiry second = pendings.JoinOrOpen(Question(2), Name("kms"), null, TimeSpan.FromSeconds(4), 2, out _)!;
        Assert.IsNull(pendings.JoinOrOpen(Question(3), Name("kms"), null, TimeSpan.FromSeconds(4), 2, out _));
        Assert.AreSame(second, pendings.Find(second.Id));

        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.IsInstanceOfType<Outcome.TimedOut>(await first.Outcome);
        Assert.IsNull(pendings.Find(first.Id));
        Assert.IsNull(pendings.Find(Question(1)));
        Assert.IsTrue(pendings.End(second, new Outcome.Busy()));
        Assert.IsFalse(pendings.End(second, new Outcome.TimedOut()), "the first end counts");
        Assert.IsInstanceOfType<Outcome.Busy>(await second.Outcome);
        Assert.AreEqual(0, pendings.Count);
        Assert.AreEqual(0, _time.ArmedTimers);
    }

    [TestMethod]
    public async Task PendingInquiries_Disposed_EndAllAndTakeNoMore()
    {
        PendingInquiries pendings = new(_time, RandomNumberGenerator.Fill);
        PendingInquiry[] open = [.. Enumerable.Range(0, 10).Select(i => pendings.JoinOrOpen(Question(i), Name("kms"), null, TimeSpan.FromSeconds(4), 100, out _)!)];
        pendings.Dispose();

        foreach (PendingInquiry pending in open) Assert.IsInstanceOfType<Outcome.TimedOut>(await pending.Outcome);
        Assert.AreEqual(0, _time.ArmedTimers);
        Assert.IsNull(pendings.JoinOrOpen(Question(1), Name("kms"), null, TimeSpan.FromSeconds(4), 100, out _));
    }

    [TestMethod]
    public void PendingInquiries_UnderThreads_OpenEachQuestionOnce_AndEndEachOnce()
    {
        using PendingInquiries pendings = new(_time, RandomNumberGenerator.Fill);
        int opened = 0, ended = 0;
        Parallel.For(0, 8, thread =>
        {
            Random random = new(thread);
            for (int i = 0; i < 5_000; i++)
            {
                PendingInquiry? pending = pendings.JoinOrOpen(Question(random.Next(20)), Name("kms"), null, TimeSpan.FromSeconds(4), 10, out bool isNew);
                if (isNew) Interlocked.Increment(ref opened);
                if (pendings.Count > 10) throw new InvalidOperationException("over the bound");
                if (pending is not null && random.Next(2) == 0 && pendings.End(pending, new Outcome.Busy())) Interlocked.Increment(ref ended);
            }
        });
        Assert.AreEqual(pendings.Count, opened - ended);
        Assert.IsGreaterThan(100, ended);
        Assert.AreEqual(pendings.Count, _time.ArmedTimers);
    }

    [TestMethod]
    public void ReplayMemory_UnderThreads_TakesEachRequestOnce_AndForgetsAll()
    {
        ReplayMemory memory = new(_time);
        MessageText[] requests = [.. Enumerable.Range(0, 100).Select(Request)];
        int taken = 0, again = 0, refused = 0;
        Task<Response> outcome = Task.FromResult(Response.Busy);
        Parallel.For(0, 8, thread =>
        {
            Random random = new(thread);
            foreach (MessageText request in requests.OrderBy(_ => random.Next()))
            {
                switch (memory.Enter(request, shareLimit: 10, limit: 70, outcome, out Task<Response>? earlier))
                {
                    case ReplayVerdict.New: Interlocked.Increment(ref taken); break;
                    case ReplayVerdict.Retransmission when earlier == outcome: Interlocked.Increment(ref again); break;
                    case ReplayVerdict.Full or ReplayVerdict.ShareFull: Interlocked.Increment(ref refused); break;
                    default: throw new InvalidOperationException("no such verdict is due");
                }
                if (memory.Count > 70) throw new InvalidOperationException("over the bound");
            }
        });
        Assert.AreEqual(70, taken); // ten senders with ten each, seventy in all
        Assert.AreEqual(7 * 70, again + refused - (8 * 30), "each that was taken came seven times more, before or after");
        Assert.AreEqual(70, memory.Count);
        _time.Advance(TimeSpan.FromSeconds(301));
        Assert.AreEqual(ReplayVerdict.New, memory.Look(requests[0], out _));
        Assert.AreEqual(0, memory.Count);
    }

    [TestMethod]
    public void ReplayMemory_AfterManyMore_KnowsThoseThatAreLeft()
    {
        ReplayMemory memory = new(_time);
        PairwiseKey pairwise = new(new byte[32]);
        Task<Response> outcome = Task.FromResult(Response.NoAnswer);
        void Enter(MessageText request) => Assert.AreEqual(ReplayVerdict.New, memory.Enter(request, shareLimit: 50_000, limit: 50_000, outcome, out _));
        for (int i = 0; i < 20_000; i++) Enter(Authenticated(i));
        _time.Advance(TimeSpan.FromSeconds(100));
        MessageText[] left = [.. Enumerable.Range(0, 10).Select(Authenticated)];
        foreach (MessageText request in left) Enter(request);
        memory.Settle(left[0], Response.Busy);

        _time.Advance(TimeSpan.FromSeconds(201));
        Assert.AreEqual(left.Length, memory.Count);
        foreach (MessageText request in left)
        {
            Assert.AreEqual(ReplayVerdict.Retransmission, memory.Look(request, out Task<Response>? response));
            Assert.AreEqual(request == left[0] ? Response.Busy : Response.NoAnswer, response!.Result);
        }
        MessageText Authenticated(int number) => MessageText.TryAuthenticate(InquiryOf(number), pairwise, out MessageText? text) ? text : throw new InvalidOperationException("too long");
    }

    [TestMethod]
    public void TokenBuckets_GiveTheirBurstThenTheirRate()
    {
        TokenBuckets<int> buckets = new(10, _time);
        Rate rate = new(2, 3);
        int Take(int key) => Enumerable.Range(0, 10).Count(_ => buckets.TryTake(key, rate));

        Assert.AreEqual(3, Take(1));
        Assert.AreEqual(3, Take(2), "each key has its own");
        _time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.AreEqual(1, Take(1));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.AreEqual(3, Take(1), "never more than the burst");
    }

    [TestMethod]
    public void TokenBuckets_BeyondTheirCapacity_ShareOne_UntilTheIdleAreForgotten()
    {
        TokenBuckets<int> buckets = new(2, _time);
        Rate rate = new(1, 2);
        Assert.IsTrue(buckets.TryTake(1, rate) && buckets.TryTake(2, rate));
        Assert.AreEqual(2, Enumerable.Range(100, 50).Count(key => buckets.TryTake(key, rate)), "all the others together");
        Assert.IsTrue(buckets.TryTake(1, rate), "those at hand keep their own");
        Assert.AreEqual(2, buckets.Count);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.IsTrue(buckets.TryTake(3, rate) && buckets.TryTake(3, rate));
        Assert.AreEqual(1, buckets.Count);
    }

    [TestMethod]
    public void TokenBuckets_UnderThreads_GiveExactlyTheBurst()
    {
        TokenBuckets<int> buckets = new(4, _time);
        int taken = 0;
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 2_000; i++)
            {
                if (buckets.TryTake(i % 4, new Rate(1, 500))) Interlocked.Increment(ref taken);
            }
        });
        Assert.AreEqual(4 * 500, taken);
    }

    [TestMethod]
    public void SignedOnce_UnderThreads_SignsOnceInAWindow_AndTriesAgainAfterARefusal()
    {
        KeyServerConfiguration configuration = new(Name("kms"), Name("xx"), Key, Node.Import(Key.PublicKey), null, [], [], []);
        SignedOnce once = new();
        int signed = 0;
        DateTimeOffset now = _time.GetUtcNow();
        MessageText? Sign()
        {
            Interlocked.Increment(ref signed);
            return Request(1);
        }
        MessageText? Get(DateTimeOffset at, Func<MessageText?> sign) => once.Get(at, configuration, sign, at + TimeSpan.FromSeconds(60));
        Assert.IsNull(Get(now, () => null));
        MessageText?[] texts = new MessageText?[64];
        Parallel.For(0, 64, i => texts[i] = Get(now, Sign));

        Assert.AreEqual(1, signed);
        Assert.AreEqual(1, texts.Distinct().Count());
        Get(now + TimeSpan.FromSeconds(59), Sign);
        Assert.AreEqual(1, signed);
        Get(now + TimeSpan.FromSeconds(60), Sign);
        Assert.AreEqual(2, signed);
        Get(now - TimeSpan.FromSeconds(301), Sign);
        Assert.AreEqual(3, signed, "a clock set back");
    }

    [TestMethod]
    public async Task HostKeyDirectory_AsksOnceForAllWhoWait_AndReadsEachNameApart()
    {
        (HostKeyDirectory directory, Node node) = Directory(new Limits());
        TaskCompletionSource gate = new();
        node.ZoneGate = gate.Task;
        node.Publish(new KeyRecord(Name("h1.xx"), default, Key.PublicKey, null, null));
        Task<HostKeys>[] all = [.. Enumerable.Range(0, 50).Select(_ => directory.FindAsync(Name("h1.xx")).AsTask())];
        Assert.AreEqual(1, node.ZoneReads);
        Assert.IsFalse(directory.Knows(Name("h1.xx")));
        gate.SetResult();

        Assert.AreEqual(1, (await Task.WhenAll(all)).Distinct().Count());
        Assert.IsTrue(directory.Knows(Name("h1.xx")));
        Assert.IsTrue((await directory.FindAsync(Name("h2.xx"))).Identities.IsEmpty);
        Assert.IsFalse(directory.Knows(Name("h2.xx")));
        Assert.AreEqual(2, node.ZoneReads);
    }

    [TestMethod]
    public async Task HostKeyDirectory_AtItsBounds_NeverLosesKeysToMisses()
    {
        (HostKeyDirectory directory, Node node) = Directory(new Limits { KnownMisses = 5, KnownHosts = 3 });
        for (int i = 0; i < 4; i++) node.Publish(new KeyRecord(Name($"h{i}.xx"), default, Key.PublicKey, null, null));
        for (int i = 0; i < 3; i++) await directory.FindAsync(Name($"h{i}.xx"));
        for (int i = 0; i < 100; i++) await directory.FindAsync(Name($"miss{i}.xx"));

        Assert.IsTrue(directory.Knows(Name("h0.xx")) && directory.Knows(Name("h1.xx")) && directory.Knows(Name("h2.xx")));
        Assert.AreEqual(8, directory.Count);
        Assert.IsTrue(_journal.Events.All(e => e.Limit == nameof(Limits.KnownMisses)));
        await directory.FindAsync(Name("h3.xx"));
        Assert.IsFalse(directory.Knows(Name("h0.xx")));
        Assert.AreEqual(nameof(Limits.KnownHosts), _journal.Events[^1].Limit);
    }

    [TestMethod]
    public async Task HostKeyDirectory_UnderThreads_HoldsItsBounds()
    {
        (HostKeyDirectory directory, Node node) = Directory(new Limits { KnownMisses = 20, KnownHosts = 10, KeyRefresh = TimeSpan.Zero });
        for (int i = 0; i < 30; i++) node.Publish(new KeyRecord(Name($"h{i}.xx"), default, Key.PublicKey, null, null));
        await Parallel.ForAsync(0, 8, async (thread, _) =>
        {
            Random random = new(thread);
            for (int i = 0; i < 1_000; i++)
            {
                int number = random.Next(60);
                HostKeys keys = await directory.FindAsync(Name($"h{number}.xx"));
                if (keys.Identities.IsEmpty != (number >= 30)) throw new InvalidOperationException($"h{number}");
                if (directory.Count > 20 + 10 + 8) throw new InvalidOperationException("over the bounds");
            }
        });
        Assert.IsGreaterThan(1_000, node.ZoneReads);
    }

    [TestMethod]
    public async Task HostKeyDirectory_CountsTheRecordsOfThatVeryHostAlone()
    {
        (HostKeyDirectory directory, Node node) = Directory(new Limits());
        DomainName host = Name("h.xx");
        MessageText foreign = MessageText.Of(new KeyRecord(Name("other.xx"), default, Key.PublicKey, null, null));
        node.Zone[host] = [foreign.Text, "v=spf1 -all"u8.ToArray(), "v=KMS1; t=key; name=h.xx; key=!"u8.ToArray()];
        HostKeys keys = await directory.FindAsync(host);

        Assert.IsTrue(keys.IsKnown);
        Assert.IsEmpty(keys.Records);
        Assert.IsNull(keys.Choose(default, _time.GetUtcNow()));
    }

    [TestMethod]
    public async Task HostKeyDirectory_AttestsTheLatestNotBefore_ThenTheGreaterText()
    {
        (HostKeyDirectory directory, Node node) = Directory(new Limits());
        DomainName host = Name("h.xx");
        using SigningKey second = KeyImporter.Generate();
        KeyRecord plain = new(host, default, Key.PublicKey, null, null), alike = plain with { Key = second.PublicKey };
        KeyRecord dated = plain with { Key = second.PublicKey, NotBefore = _time.GetUtcNow() + TimeSpan.FromSeconds(3) };
        node.Zone[host] = [MessageText.Of(plain).Text, MessageText.Of(alike).Text, MessageText.Of(dated with { Key = Key.PublicKey }).Text];
        KeyRecord greater = MessageText.Of(plain).Text.Span.SequenceCompareTo(MessageText.Of(alike).Text.Span) > 0 ? plain : alike;
        HostKeys keys = await directory.FindAsync(host);

        Assert.AreEqual(greater.Key, keys.Choose(default, _time.GetUtcNow())!.Key);
        Assert.AreEqual(Key.PublicKey, keys.Choose(default, _time.GetUtcNow() + TimeSpan.FromSeconds(3))!.Key);
        Assert.AreEqual(_time.GetUtcNow(), keys.Choose(default, _time.GetUtcNow())!.At);
    }

    [TestMethod]
    [DataRow(true, DisplayName = "nbf of the next")]
    [DataRow(false, DisplayName = "exp of the first")]
    public async Task HostKeyDirectory_WhenTimeBringsAnotherKeyIntoUse_ReadsAgain_SoThatItBearsALaterTime(bool isBegin)
    {
        (HostKeyDirectory directory, Node node) = Directory(new Limits());
        DomainName host = Name("h.xx");
        using SigningKey second = KeyImporter.Generate();
        DateTimeOffset change = _time.GetUtcNow() + TimeSpan.FromSeconds(3);
        KeyRecord first = new(host, default, Key.PublicKey, isBegin ? null : _time.GetUtcNow(), isBegin ? null : change);
        node.Zone[host] = [MessageText.Of(first).Text, MessageText.Of(new KeyRecord(host, default, second.PublicKey, isBegin ? change : null, null)).Text];
        PublishedKey before = (await directory.FindAsync(host)).Choose(default, _time.GetUtcNow())!;
        _time.Advance(TimeSpan.FromSeconds(2.999));
        Assert.AreEqual(before, (await directory.FindAsync(host)).Choose(default, _time.GetUtcNow()));
        Assert.AreEqual(1, node.ZoneReads);

        _time.Advance(TimeSpan.FromSeconds(0.001));
        PublishedKey after = (await directory.FindAsync(host)).Choose(default, _time.GetUtcNow())!;
        Assert.AreEqual((Key.PublicKey, second.PublicKey), (before.Key, after.Key));
        Assert.AreEqual(change, after.At);
        Assert.AreEqual(2, node.ZoneReads);
    }

    private static DomainName Name(string text) => DomainName.Parse(text);

    private static KeyQuestion Question(int number) => new(Name($"h{number}.xx"), default, Name("kms.xx"));

    private MessageText Request(int number) => MessageText.TrySign(InquiryOf(number), Key, out MessageText? text) ? text : throw new InvalidOperationException("too long");

    private Inquiry InquiryOf(int number) => new(
        Name("h.xx"), default, Name("kms.xx"), Figure7.Endpoint(1), Name($"h{number % 10}.xx"), Name("kms.xx"), Figure7.NewId(), UnixTime.Floor(_time.GetUtcNow()), KmsPath.None);

    private (HostKeyDirectory Directory, Node Node) Directory(Limits limits)
    {
        Node node = new(new Network(_time), Name("kms.xx"), Name("xx"), [Figure7.Endpoint(1)]);
        return (new HostKeyDirectory(node.Configure(limits: limits), node, new KeyImporter(null), _journal, _time, CancellationToken.None), node);
    }
}
