using System.Net;
using Kms.Protocol;
using Kms.Server;
using DnsResponseCode = Kms.Protocol.DnsResponseCode;

namespace KmsApp.Tests;

/// <summary>The lines that an administrator can act on.</summary>
[TestClass]
public sealed class LogJournalTests : IDisposable
{
    private readonly VirtualTime _time = new();
    private readonly SigningKey _key = KeyImporter.Generate();
    private readonly StubDnsServer _server = new() { ApplicationFolder = "" };

    public void Dispose() => _key.Dispose();

    [TestMethod]
    public void Begin_Configuration_SaysItInTheFormToPaste()
    {
        Journal();

        CollectionAssert.AreEqual(
            new[]
            {
                $"The KMS kms1.b.a.xx serves b.a.xx. For its neighbours and for who trusts it: \"publicKeys\": [\"{_key.PublicKey}\"]",
                "Upper KMS kms0.a.xx, at 192.0.2.1:53: 1 public key(s), not asked yet.",
                "Lower KMS kms3.d.b.a.xx, which serves d.b.a.xx, at 192.0.2.3:53: 1 public key(s), not asked yet.",
            },
            _server.Log.ToArray());
    }

    [TestMethod]
    public void Begin_Again_SaysWhatIsKnownOfTheNeighbours()
    {
        LogJournal journal = Journal();
        journal.Record(Happenings.Reached(Happenings.Lower));
        journal.Record(Happenings.Unreachable());
        _server.Log.Clear();

        journal.Begin(Happenings.Configuration(_key));

        Assert.IsTrue(_server.Log.Any(line => line.EndsWith(": 1 public key(s), answers.", StringComparison.Ordinal)));
        Assert.IsTrue(_server.Log.Any(line => line.EndsWith(": 1 public key(s), does not answer.", StringComparison.Ordinal)));
        journal.Begin(Happenings.Configuration(_key, hasKey: false));
        Assert.IsTrue(_server.Log.Any(line => line.EndsWith(": waits for its public key.", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Unreachable_Neighbour_IsSaidOnceAndOnceWhenItIsBack()
    {
        LogJournal journal = Journal();
        for (int i = 0; i < 100; i++) journal.Record(Happenings.Unreachable());
        _time.Advance(TimeSpan.FromDays(1));
        journal.Record(Happenings.Unreachable());
        for (int i = 0; i < 100; i++) journal.Record(Happenings.Reached());

        Assert.HasCount(2, Said());
        StringAssert.StartsWith(Said()[0], "The KMS kms0.a.xx at 192.0.2.1:53 does not answer. Is it up,", StringComparison.Ordinal);
        Assert.AreEqual("The KMS kms0.a.xx answers again.", Said()[1]);
    }

    [TestMethod]
    public void Unreachable_NeighbourComesAndGoes_IsNotSaidAtEveryTurn()
    {
        LogJournal journal = Journal();
        for (int i = 0; i < 1000; i++)
        {
            journal.Record(Happenings.Unreachable());
            journal.Record(Happenings.Reached());
        }

        Assert.HasCount(2, Said());
        _time.Advance(LogJournal.BetweenLines);
        journal.Record(Happenings.Unreachable());
        Assert.HasCount(3, Said());
    }

    [TestMethod]
    public void Unreachable_NeighbourAnswersWithoutAcknowledgement_SaysThatItRefuses()
    {
        LogJournal journal = Journal();
        journal.Hear(Happenings.AddressOfUpper, DnsResponseCode.Refused);
        journal.Hear(IPEndPoint.Parse("203.0.113.1:53"), DnsResponseCode.ServFail);

        journal.Record(Happenings.Unreachable());

        StringAssert.StartsWith(Said().Single(), "The KMS kms0.a.xx at 192.0.2.1:53 refuses: it answers with Refused, but with no acknowledgement.", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Unreachable_NeighbourGoneFromTheConfiguration_IsForgotten()
    {
        LogJournal journal = Journal();
        journal.Record(Happenings.Unreachable());
        journal.Begin(Happenings.Configuration(_key, hasUpper: false));
        _server.Log.Clear();

        journal.Record(Happenings.Reached());

        Assert.IsEmpty(_server.Log);
    }

    [TestMethod]
    public void Unreachable_NoNeighbour_IsADelivery()
    {
        LogJournal journal = Journal();
        for (int i = 0; i < 3; i++) journal.Record(Happenings.Unreachable(DomainName.Parse("kms9.xx")));
        _time.Advance(LogJournal.BetweenLines);
        journal.Record(Happenings.Unreachable(DomainName.Parse("kms8.xx")));

        Assert.AreEqual("A delivery to kms9.xx at 192.0.2.1:53 about host-b.c.a.xx was not acknowledged.", Said()[0]);
        Assert.AreEqual("A delivery to kms8.xx at 192.0.2.1:53 about host-b.c.a.xx was not acknowledged. (2 more like it since the last such line.)", Said()[1]);
        Assert.HasCount(2, Said());
    }

    [TestMethod]
    [DataRow("kms1.b.a.xx", "kms0.a.xx")]
    [DataRow("kms1.b.a.xx,kms0.a.xx", "kms00.xx")]
    [DataRow("kms1.b.a.xx/kms0.a.xx", "kms00.xx")]
    [DataRow("/kms1.b.a.xx,kms0.a.xx", "kms00.xx")]
    public void Accepted_RefusedByTheNeighbourItself_IsSaidOnceAndOnceWhenItIsOver(string path, string from)
    {
        LogJournal journal = Journal();
        JournalEvent refused = new(JournalEventKind.Accepted, Happenings.AboutB, Happenings.Kms0, null, Reason: Reason.Refused, Path: Happenings.Path("kms1.b.a.xx"));
        for (int i = 0; i < 3; i++) journal.Record(refused);
        for (int i = 0; i < 3; i++) journal.Record(refused with { Reason = null, Party = DomainName.Parse(from), Path = Happenings.Path(path) });

        Assert.HasCount(2, Said());
        StringAssert.StartsWith(Said()[0], "The KMS kms0.a.xx refuses what this KMS asks.", StringComparison.Ordinal);
        Assert.AreEqual("The KMS kms0.a.xx no longer refuses what this KMS asks.", Said()[1]);
    }

    [TestMethod]
    public void Accepted_RefusedByAnotherKmsOrForAnotherReason_IsNotTheNeighboursDoing()
    {
        LogJournal journal = Journal();
        JournalEvent refused = new(JournalEventKind.Accepted, Happenings.AboutB, Happenings.Kms0, null, Reason: Reason.Refused, Path: Happenings.Path("kms1.b.a.xx,kms0.a.xx"));

        journal.Record(refused);
        journal.Record(refused with { Reason = Reason.NotFound, Path = Happenings.Path("kms1.b.a.xx") });

        Assert.IsEmpty(Said());
    }

    [TestMethod]
    [DataRow(601, "is 601 s ahead; more than 300 s")]
    [DataRow(-301, "is 301 s behind, or somebody sends its old packets again; more than 300 s")]
    public void ClockDiffers_Neighbour_IsSaidWithTheSecondsOnce(int seconds, string expected)
    {
        LogJournal journal = Journal();
        for (int i = 0; i < 3; i++)
            journal.Record(new JournalEvent(JournalEventKind.ClockDiffers, Happenings.AboutB, Happenings.Kms0, Happenings.AddressOfUpper, ClockOffset: TimeSpan.FromSeconds(seconds)));

        StringAssert.StartsWith(Said().Single(), "The clock of the KMS kms0.a.xx at 192.0.2.1:53 " + expected, StringComparison.Ordinal);
    }

    [TestMethod]
    public void Abandoned_ForItsTime_SaysNothingByItself()
    {
        LogJournal journal = Journal();

        journal.Record(Happenings.Abandoned(AbandonReason.Clock, Happenings.Kms0, TimeSpan.FromHours(1)));

        Assert.IsEmpty(Said(), "Anybody could have sent it.");
    }

    [TestMethod]
    [DataRow(AbandonReason.Bailiwick, "A request of kms3.d.b.a.xx at 192.0.2.10:40000 asks for a signature for host-b.c.a.xx, which is outside its domain d.b.a.xx; refused.")]
    [DataRow(AbandonReason.Seal, "A request that says it is from kms3.d.b.a.xx at 192.0.2.10:40000 has a wrong signature or MAC; do \"publicKeys\" here hold its present key, and is \"authentication\" the same at both?")]
    public void Abandoned_OfANeighbour_IsSaidOnceInAWhile(AbandonReason reason, string expected)
    {
        LogJournal journal = Journal();
        for (int i = 0; i < 1000; i++) journal.Record(Happenings.Abandoned(reason, Happenings.Lower));

        Assert.AreEqual(expected, Said().Single());
        _time.Advance(LogJournal.BetweenLines);
        journal.Record(Happenings.Abandoned(reason, Happenings.Lower));
        Assert.AreEqual(expected + " (999 more like it since the last such line.)", Said()[1]);
    }

    [TestMethod]
    public void Abandoned_OfAStrangerOrForAnotherReason_SaysNothing()
    {
        LogJournal journal = Journal();
        foreach (AbandonReason reason in Enum.GetValues<AbandonReason>()) journal.Record(Happenings.Abandoned(reason));
        journal.Record(Happenings.Abandoned(AbandonReason.Malformed, default(DomainName)));
        journal.Record(Happenings.Abandoned(AbandonReason.Replay, Happenings.Kms0));
        journal.Record(Happenings.Abandoned(AbandonReason.Sender, Happenings.Kms0));

        Assert.IsEmpty(Said());
    }

    [TestMethod]
    public void Abandoned_NeighbourWithoutAKey_IsSaid()
    {
        LogJournal journal = Journal();
        journal.Begin(Happenings.Configuration(_key, hasKey: false));
        _server.Log.Clear();

        journal.Record(Happenings.Abandoned(AbandonReason.Sender, Happenings.Kms0));

        StringAssert.EndsWith(_server.Log.Single(), "is abandoned, because \"publicKeys\" hold no key of it yet.", StringComparison.Ordinal);
    }

    [TestMethod]
    public void LimitReached_ManyTimes_IsSaidOnceForEachLimit()
    {
        LogJournal journal = Journal();
        JournalEvent limit = new(JournalEventKind.LimitReached, Happenings.AboutB, RunningApp.Host, Happenings.AddressOfHost, Limit: "ChecksForHost");
        for (int i = 0; i < 1000; i++) journal.Record(limit);
        journal.Record(limit with { Limit = "KeyTableEntries", Party = default, Source = null });
        journal.Record(limit with { Limit = JournalEvent.WorkQueue });
        journal.Record(limit with { Limit = nameof(Spec.MaximumKeysOfHost), Party = default, Source = null });

        CollectionAssert.AreEqual(
            new[]
            {
                "A limit is reached: checksForHost; seen last with host-a.b.a.xx at 192.0.2.10:40000. The limits stand under \"limits\".",
                "A limit is reached: keyTableEntries; seen last here. The limits stand under \"limits\".",
                "A limit is reached: workQueue; seen last with host-a.b.a.xx at 192.0.2.10:40000. It is fixed: more is asked than this machine can check.",
                "A limit is reached: maximumKeysOfHost; seen last here. It is fixed: records at _kms.host-b.c.a.xx can be deleted.",
            },
            Said());
    }

    [TestMethod]
    public void Faulted_ManyTimes_IsWrittenOnceForEachKind()
    {
        LogJournal journal = Journal();
        for (int i = 0; i < 10; i++) journal.Record(new JournalEvent(JournalEventKind.Faulted, default, default, null, Fault: new InvalidOperationException("a bug")));

        Assert.Contains("a bug", Said().Single());
    }

    [TestMethod]
    public void Hearers_OneThrowsOrAllHaveEnded_OthersHearWhatTheyShould()
    {
        LogJournal lines = Journal();
        JournalHearers hearers = new(new Throwing(), lines);

        hearers.Record(Happenings.Unreachable());
        Assert.HasCount(1, Said());
        hearers.End();
        hearers.Record(Happenings.Reached());
        Assert.HasCount(1, Said(), "What is broken off at the end is no news.");
    }

    private LogJournal Journal()
    {
        LogJournal journal = new(new ServerLog(_server), _time);
        journal.Begin(Happenings.Configuration(_key));
        return journal;
    }

    /// <summary>What was said after the three lines of the start.</summary>
    private string[] Said() => [.. _server.Log.Skip(3)];

    private sealed class Throwing : IKeyServerJournal
    {
        public void Record(in JournalEvent happened) => throw new InvalidOperationException();
    }
}
