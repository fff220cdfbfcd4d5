using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>The keys of hosts that are at hand: read once, bounded, and chosen by time.</summary>
[TestClass]
public sealed class HostKeyDirectoryTests
{
    private static readonly SigningKey Key = KeyImporter.Generate();

    private readonly VirtualTime _time = new();
    private readonly JournalCount _journal = new();

    [TestMethod]
    public async Task Find_ByMany_AsksOnceForAllWhoWait_AndReadsEachNameApart()
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
    public async Task Find_AtTheBounds_NeverLosesKeysToMisses()
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
    public async Task Find_UnderThreads_HoldsTheBounds()
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
    public async Task Find_OtherRecordsBeside_CountsThoseOfThatVeryHostAlone()
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
    public async Task Find_IdentityKeyOffItsCurve_HidesNoGoodOne_AndServesForAnotherUse()
    {
        (HostKeyDirectory directory, Node node) = Directory(new Limits());
        DomainName host = Name("h.xx");
        byte[] info = Key.PublicKey.Info.ToArray();
        info[^1] ^= 1;
        Assert.IsTrue(PublicKey.TryRead(info, out PublicKey? off));
        KeyRecord bad = new(host, default, off, _time.GetUtcNow(), null);
        node.Publish(bad);
        node.Publish(bad with { Use = Use.Parse("tls") });
        node.Publish(new KeyRecord(host, default, Key.PublicKey, null, null));
        HostKeys keys = await directory.FindAsync(host);

        Assert.AreEqual(Key.PublicKey, keys.Choose(default, _time.GetUtcNow())!.Key);
        Assert.AreEqual(off, keys.Choose(Use.Parse("tls"), _time.GetUtcNow())!.Key);
    }

    [TestMethod]
    public async Task Find_NoIdentityKeyOnItsCurve_SeveralAreNone_AndOneIsLeftToWhoUsesIt()
    {
        (HostKeyDirectory directory, Node node) = Directory(new Limits());
        DomainName host = Name("h.xx");
        byte[] info = Key.PublicKey.Info.ToArray();
        info[^1] ^= 1;
        Assert.IsTrue(PublicKey.TryRead(info, out PublicKey? off));
        KeyRecord bad = new(host, default, off, null, null);
        node.Publish(bad);
        Assert.AreEqual(off, (await directory.FindAsync(host)).Choose(default, _time.GetUtcNow())!.Key);

        node.Publish(bad with { NotBefore = _time.GetUtcNow() });
        _time.Advance(TimeSpan.FromSeconds(5));
        HostKeys several = await directory.FindAsync(host);
        Assert.HasCount(2, several.Records);
        Assert.IsNull(several.Choose(default, _time.GetUtcNow()));
    }

    [TestMethod]
    public async Task Find_SeveralKeys_AttestsTheLatestNotBefore_ThenTheGreaterText()
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
    public async Task Find_WhenTimeBringsAnotherKeyIntoUse_ReadsAgain_SoThatItBearsALaterTime(bool isBegin)
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

    [TestMethod]
    public async Task Find_MoreKeysThanAreKept_KeepsThoseThatCountFirst_AndTellsOnceAReading()
    {
        (HostKeyDirectory directory, Node node) = Directory(new Limits());
        DomainName host = Name("h.xx");
        Use ssh = Use.Parse("ssh");
        DateTimeOffset now = UnixTime.Floor(_time.GetUtcNow());
        using SigningKey second = KeyImporter.Generate();
        KeyRecord plain = new(host, default, Key.PublicKey, null, null), latest = plain with { Key = second.PublicKey, NotBefore = now };
        node.Publish(plain with { Use = ssh });
        node.Publish(latest);
        for (int i = 0; i < 100; i++) node.Publish(plain with { NotBefore = now - TimeSpan.FromHours(200 + i), Expires = now - TimeSpan.FromHours(i) });
        HostKeys few = await directory.FindAsync(host);
        CollectionAssert.AreEqual(new[] { latest, plain with { Use = ssh } }, few.Records.Take(2).ToArray());
        Assert.AreEqual(Spec.MaximumKeysOfHost, few.Records.Length);
        Assert.AreEqual(((string?)nameof(Spec.MaximumKeysOfHost), host), _journal.Events.Select(e => (e.Limit, e.Question.Name)).Single());

        // Who floods a name pushes out its other keys, but not the one that is attested.
        for (int i = 1; i <= Spec.MaximumKeysOfHost; i++) node.Publish(plain with { NotBefore = now - TimeSpan.FromSeconds(i) });
        _time.Advance(TimeSpan.FromSeconds(5));
        HostKeys many = await directory.FindAsync(host);
        Assert.AreEqual(second.PublicKey, many.Choose(default, _time.GetUtcNow())!.Key);
        Assert.IsNull(many.Choose(ssh, _time.GetUtcNow()));
        Assert.HasCount(2, _journal.Events);
    }

    [TestMethod]
    public async Task Choose_AmongAsManyKeysAsAreKept_MakesNothingButItsResult()
    {
        (HostKeyDirectory directory, Node node) = Directory(new Limits());
        for (int i = 0; i < 2 * Spec.MaximumKeysOfHost; i++) node.Publish(new KeyRecord(Name("h.xx"), default, Key.PublicKey, null, _time.GetUtcNow() + TimeSpan.FromSeconds(10 + i)));
        HostKeys keys = await directory.FindAsync(Name("h.xx"));
        keys.Choose(default, _time.GetUtcNow());
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) keys.Choose(default, _time.GetUtcNow());

        Assert.IsLessThan(100 * 200, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static DomainName Name(string text) => DomainName.Parse(text);

    private (HostKeyDirectory Directory, Node Node) Directory(Limits limits)
    {
        Node node = new(new Network(_time), Name("kms.xx"), Name("xx"), [Figure7.Endpoint(1)]);
        return (new HostKeyDirectory(node.Configure(limits: limits), node, new KeyImporter(null), _journal, _time, CancellationToken.None), node);
    }
}
