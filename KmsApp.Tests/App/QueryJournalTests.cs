using System.Net;
using DnsServerCore.ApplicationCommon;
using Kms.Protocol;
using Kms.Server;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Dns.ResourceRecords;
using DnsClass = TechnitiumLibrary.Net.Dns.ResourceRecords.DnsClass;
using DnsResponseCode = TechnitiumLibrary.Net.Dns.DnsResponseCode;
using DomainName = Kms.Protocol.DomainName;

namespace KmsApp.Tests;

/// <summary>The rows that the console shows: words, filters, pages, bounds.</summary>
[TestClass]
public sealed class QueryJournalTests : IDisposable
{
    private readonly VirtualTime _time = new();
    private readonly SigningKey _key = KeyImporter.Generate();

    public void Dispose() => _key.Dispose();

    [TestMethod]
    public void Read_NothingHappened_IsOnePageOfNothing()
    {
        DnsLogPage page = Journal().Read(7, 25, true, new JournalFilter());

        Assert.AreEqual((1, 0, 0), (page.PageNumber, page.TotalPages, page.TotalEntries));
        Assert.IsEmpty(page.Entries);
    }

    [TestMethod]
    public void Read_Answered_TellsWhoWhatAndHow()
    {
        QueryJournal journal = Journal();
        journal.Record(Happenings.Answered(carrier: Carrier.Tls, path: Happenings.Path("kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx,kms0.a.xx")));

        DnsLogEntry entry = journal.Read(1, 25, true, new JournalFilter()).Entries.Single();

        Assert.AreEqual("attested by kms00.xx for host-a.b.a.xx, via kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx,kms0.a.xx", entry.Answer);
        Assert.AreEqual((1L, DnsTransportProtocol.Tls, DnsServerResponseType.Recursive, DnsResponseCode.NoError), (entry.RowNumber, entry.Protocol, entry.ResponseType, entry.RCODE));
        Assert.AreEqual(Happenings.AddressOfHost.Address, entry.ClientIpAddress);
        Assert.AreEqual(12.5, entry.ResponseRtt);
        Assert.AreEqual(_time.GetUtcNow().UtcDateTime, entry.Timestamp);
        Assert.AreEqual(("host-b.c.a.xx", DnsResourceRecordType.TXT, DnsClass.IN), (entry.Question!.Name, entry.Question.Type, entry.Question.Class));
    }

    [TestMethod]
    public void Read_EveryKind_HasWordsAndAnAddress()
    {
        QueryJournal journal = Journal();
        KmsPath path = Happenings.Path("kms1.b.a.xx");
        JournalEvent told = new(default, Happenings.AboutB, Happenings.Kms0, null);
        JournalEvent[] events =
        [
            Happenings.Answered() with { Question = Happenings.AboutB with { Kms = RunningApp.Kms, Use = Use.Parse("ssh") } },
            Happenings.Answered() with { Kind = JournalEventKind.Refused, Reason = Reason.NotFound },
            told with { Kind = JournalEventKind.Refused, Reason = Reason.NoRoute },
            Happenings.Answered() with { Kind = JournalEventKind.TimedOut, Path = null },
            told with { Kind = JournalEventKind.InquiryTaken, Path = path },
            told with { Kind = JournalEventKind.SignatureRequestTaken, Path = path },
            told with { Kind = JournalEventKind.Inquired, Path = path },
            told with { Kind = JournalEventKind.SignatureRequested },
            told with { Kind = JournalEventKind.Attested, Party = default },
            told with { Kind = JournalEventKind.Delivered },
            told with { Kind = JournalEventKind.Accepted },
            told with { Kind = JournalEventKind.Accepted, Reason = Reason.Refused },
            Happenings.Unreachable(),
            told with { Kind = JournalEventKind.LimitReached, Limit = "SignaturesForHost" },
            told with { Kind = JournalEventKind.Faulted, Fault = new InvalidOperationException("secret") },
            told with { Kind = JournalEventKind.ClockDiffers, ClockOffset = TimeSpan.FromSeconds(601) },
            Happenings.Abandoned(AbandonReason.Seal),
            Happenings.Abandoned(AbandonReason.Clock, offset: TimeSpan.FromSeconds(-301)),
            new(JournalEventKind.Abandoned, default, default, Happenings.AddressOfHost, Abandoned: AbandonReason.Malformed),
            told with { Kind = JournalEventKind.RenewalBegun },
        ];
        foreach (JournalEvent happened in events) journal.Record(happened);
        journal.Record(Happenings.Reached());

        IReadOnlyList<DnsLogEntry> entries = journal.Read(1, 100, false, new JournalFilter()).Entries;

        CollectionAssert.AreEqual(
            new[]
            {
                "attested by kms1.b.a.xx for host-a.b.a.xx, use ssh", "unsolved: not-found, for host-a.b.a.xx", "unsolved: no-route, sent back to kms0.a.xx",
                "no answer in time, for host-a.b.a.xx", "inquiry taken from kms0.a.xx, via kms1.b.a.xx", "signature request taken from kms0.a.xx, via kms1.b.a.xx",
                "inquiry sent to kms0.a.xx, via kms1.b.a.xx", "signature by kms00.xx requested of kms0.a.xx", "attestation signed by kms00.xx",
                "attestation by kms00.xx delivered to kms0.a.xx", "attestation by kms00.xx accepted from kms0.a.xx", "unsolved: refused, accepted from kms0.a.xx",
                "not acknowledged by kms0.a.xx", "limit reached: signaturesForHost, for kms0.a.xx", "fault: InvalidOperationException; the server's log says more",
                "clock of kms0.a.xx: 601 s ahead", "abandoned: seal, as it says from host-a.b.a.xx", "abandoned: clock, 301 s behind, as it says from host-a.b.a.xx", "abandoned: malformed",
                "attestation by kms00.xx asked for anew of kms0.a.xx, in use and near its end",
            },
            entries.Select(e => e.Answer).ToArray());
        Assert.AreEqual(Happenings.AddressOfUpper.Address, entries[2].ClientIpAddress, "The neighbour's.");
        Assert.AreEqual(IPAddress.Any, entries[8].ClientIpAddress);
        Assert.AreEqual(DnsServerResponseType.Authoritative, entries[0].ResponseType);
        Assert.AreEqual((DnsServerResponseType.Dropped, DnsResponseCode.Refused), (entries[16].ResponseType, entries[16].RCODE));
        Assert.AreEqual((DnsServerResponseType.Recursive, DnsResponseCode.ServerFailure), (entries[3].ResponseType, entries[3].RCODE));
        Assert.IsNull(entries[18].Question);
        Assert.IsNull(entries[16].ResponseRtt);
    }

    [TestMethod]
    [DataRow(0L, 4, true, 1L, "10,9,8,7")]
    [DataRow(1L, 4, true, 1L, "10,9,8,7")]
    [DataRow(3L, 4, true, 3L, "2,1")]
    [DataRow(1L, 4, false, 1L, "1,2,3,4")]
    [DataRow(3L, 4, false, 3L, "9,10")]
    [DataRow(4L, 4, false, 3L, "9,10")]
    [DataRow(-1L, 4, true, 3L, "2,1")]
    [DataRow(long.MaxValue, 4, true, 3L, "2,1")]
    [DataRow(long.MinValue, 5, false, 2L, "6,7,8,9,10")]
    [DataRow(1L, int.MaxValue, false, 1L, "1,2,3,4,5,6,7,8,9,10")]
    public void Read_Page_IsNumberedByAge(long asked, int size, bool isDescending, long given, string numbers)
    {
        QueryJournal journal = Journal();
        for (int i = 1; i <= 10; i++) journal.Record(Happenings.Answered($"h{i}.c.a.xx"));

        DnsLogPage page = journal.Read(asked, size, isDescending, new JournalFilter());

        Assert.AreEqual(given, page.PageNumber);
        Assert.AreEqual((10 + (long)size - 1) / size, page.TotalPages);
        Assert.AreEqual(10, page.TotalEntries);
        Assert.AreEqual(numbers, string.Join(',', page.Entries.Select(e => e.RowNumber)));
        Assert.IsTrue(page.Entries.All(e => e.Question!.Name == $"h{e.RowNumber}.c.a.xx"));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(-1)]
    public void Read_NoRoomOnAPage_IsRefused(int size) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Journal().Read(1, size, true, new JournalFilter()));

    [TestMethod]
    [DataRow("h1.c.a.xx", 1)]
    [DataRow("H1.C.a.xx.", 1)]
    [DataRow("h?.c.a.xx", 0)]
    [DataRow("*.c.a.xx", 2)]
    [DataRow("h*.a.*", 2)]
    [DataRow("*", 3)]
    [DataRow("h1.c.a", 0)]
    [DataRow("*h1", 0)]
    [DataRow("**1**xx*", 1)]
    [DataRow("", 4)]
    [DataRow(null, 4)]
    [DataRow(".", 0)]
    public void Read_Name_MayHoldStars(string? name, int expected) =>
        Assert.AreEqual(expected, Filled().Read(1, 25, true, new JournalFilter(Name: name)).TotalEntries);

    [TestMethod]
    public void Read_Filters_LetThroughWhatTheyName()
    {
        QueryJournal journal = Filled();
        DateTime first = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000).UtcDateTime;
        (JournalFilter Filter, long Expected)[] cases =
        [
            (new(), 4),
            (new(Start: first), 4),
            (new(Start: first.AddTicks(1)), 3),
            (new(End: first), 1),
            (new(Start: first.AddSeconds(1), End: first.AddSeconds(2)), 2),
            (new(Start: DateTime.SpecifyKind(first.AddSeconds(1), DateTimeKind.Unspecified)), 3),
            (new(Start: first.AddSeconds(1).ToLocalTime()), 3),
            (new(Client: IPAddress.Parse("192.0.2.10")), 2),
            (new(Client: IPAddress.Parse("::ffff:192.0.2.10")), 2),
            (new(Client: IPAddress.Parse("192.0.2.99")), 0),
            (new(Protocol: DnsTransportProtocol.Tcp), 1),
            (new(Protocol: DnsTransportProtocol.UdpProxy), 0),
            (new(ResponseType: DnsServerResponseType.Dropped), 2),
            (new(ResponseType: DnsServerResponseType.Cached), 2),
            (new(ResponseType: DnsServerResponseType.Blocked), 0),
            (new(Rcode: DnsResponseCode.Refused), 2),
            (new(Rcode: DnsResponseCode.NxDomain), 0),
            (new(Type: DnsResourceRecordType.TXT), 3),
            (new(Type: DnsResourceRecordType.A), 0),
            (new(Class: DnsClass.IN), 3),
            (new(Class: DnsClass.CH), 0),
            (new(Type: DnsResourceRecordType.TXT, Class: DnsClass.IN, Name: "h1.*", Rcode: DnsResponseCode.NoError, ResponseType: DnsServerResponseType.Cached, Protocol: DnsTransportProtocol.Udp), 1),
        ];
        foreach ((JournalFilter filter, long expected) in cases) Assert.AreEqual(expected, journal.Read(1, 25, true, filter).TotalEntries, filter.ToString());
    }

    [TestMethod]
    public void Record_MoreThanFits_KeepsTheNewest()
    {
        QueryJournal journal = Journal(entries: 100);
        for (int i = 1; i <= 1000; i++) journal.Record(Happenings.Answered($"h{i}.c.a.xx"));

        DnsLogPage page = journal.Read(1, 1000, false, new JournalFilter());

        Assert.AreEqual(75, page.TotalEntries);
        Assert.AreEqual("h926.c.a.xx", page.Entries[0].Question!.Name);
        Assert.AreEqual("h1000.c.a.xx", page.Entries[^1].Question!.Name);
    }

    [TestMethod]
    public void Record_FloodOfAbandoned_PushesOutNothingElse()
    {
        QueryJournal journal = Journal(entries: 1000);
        journal.Record(Happenings.Answered("genuine.c.a.xx"));
        journal.Record(Happenings.Abandoned(AbandonReason.Clock, offset: TimeSpan.FromHours(1)));
        for (int i = 0; i < 100_000; i++) journal.Record(Happenings.Abandoned(AbandonReason.Seal));
        _time.Advance(TimeSpan.FromSeconds(1));
        journal.Record(Happenings.Abandoned(AbandonReason.Seal));

        IReadOnlyList<DnsLogEntry> entries = journal.Read(1, 1000, false, new JournalFilter()).Entries;

        Assert.HasCount(2 + FloodGate.Burst + 1, entries);
        Assert.AreEqual("genuine.c.a.xx", entries[0].Question!.Name);
        StringAssert.StartsWith(entries[1].Answer!, "abandoned: clock", StringComparison.Ordinal);
        Assert.AreEqual($"abandoned: seal, as it says from host-a.b.a.xx; {100_000 - FloodGate.Burst} more like it before are not shown", entries[^1].Answer);
    }

    [TestMethod]
    public void Record_FloodForADay_StaysInItsShare()
    {
        QueryJournal journal = Journal(entries: 1000);
        journal.Record(Happenings.Answered());
        for (int i = 0; i < 86_400; i++)
        {
            journal.Record(Happenings.Abandoned((AbandonReason)(i % 11)));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.AreEqual(1 + 250, journal.Read(1, 1, false, new JournalFilter()).TotalEntries);
        Assert.AreEqual(1, journal.Read(1, 1, false, new JournalFilter(Rcode: DnsResponseCode.NoError)).TotalEntries);
    }

    [TestMethod]
    public void Begin_AnotherSize_KeepsTheNewestThatFit()
    {
        QueryJournal journal = Journal(entries: 100);
        for (int i = 1; i <= 20; i++) journal.Record(Happenings.Answered($"h{i}.c.a.xx"));

        journal.Begin(Happenings.Configuration(_key), 8);
        journal.Record(Happenings.Answered("last.c.a.xx"));

        CollectionAssert.AreEqual(
            new[] { "h16.c.a.xx", "h17.c.a.xx", "h18.c.a.xx", "h19.c.a.xx", "h20.c.a.xx", "last.c.a.xx" },
            journal.Read(1, 25, false, new JournalFilter()).Entries.Select(e => e.Question!.Name).ToArray());
    }

    [TestMethod]
    public void Begin_NoEntries_KeepsNothing()
    {
        QueryJournal journal = Filled();

        journal.Begin(Happenings.Configuration(_key), 0);
        journal.Record(Happenings.Answered());

        Assert.AreEqual(0, journal.Read(1, 25, true, new JournalFilter()).TotalEntries);
    }

    [TestMethod]
    public async Task Record_ManyThreadsAndReaders_LosesNothingThatFits()
    {
        const int Threads = 8, Each = 1000;
        QueryJournal journal = Journal(entries: Threads * Each * 2);

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(n => Task.Run(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                journal.Record(Happenings.Answered());
                if (i % 100 == 0) journal.Read(1, 10, true, new JournalFilter());
            }
        })));

        IReadOnlyList<DnsLogEntry> entries = journal.Read(1, int.MaxValue, true, new JournalFilter()).Entries;
        Assert.HasCount(Threads * Each, entries);
        Assert.AreEqual(1, entries[^1].RowNumber);
    }

    [TestMethod]
    [DataRow("192.0.2.10")]
    [DataRow("255.255.255.255")]
    [DataRow("0.0.0.0")]
    [DataRow("::")]
    [DataRow("2001:db8::1")]
    [DataRow("fe80::1%7")]
    [DataRow("::ffff:192.0.2.10")]
    public void Read_ClientAddress_IsShownAndFoundAsItCame(string address)
    {
        QueryJournal journal = Journal();
        IPAddress client = IPAddress.Parse(address);
        journal.Record(Happenings.Answered(source: new IPEndPoint(client, 53)));
        journal.Record(Happenings.Answered(source: new IPEndPoint(IPAddress.Parse("2001:db8::2"), 53)));

        Assert.AreEqual(client, journal.Read(1, 25, isDescending: false, new JournalFilter()).Entries[0].ClientIpAddress);
        Assert.AreEqual(client.IsIPv4MappedToIPv6 ? 0 : 1, journal.Read(1, 25, false, new JournalFilter(Client: client)).TotalEntries, "the app knows IPv4 addresses as such");
    }

    private QueryJournal Journal(int entries = QueryJournal.DefaultEntries)
    {
        QueryJournal journal = new(_time);
        journal.Begin(Happenings.Configuration(_key), entries);
        return journal;
    }

    /// <summary>Four rows, a second apart: two answered from the key table, two abandoned, the last without a question.</summary>
    private QueryJournal Filled()
    {
        QueryJournal journal = Journal();
        IPEndPoint other = IPEndPoint.Parse("[2001:db8::7]:40000");
        journal.Record(Happenings.Answered("h1.c.a.xx"));
        _time.Advance(TimeSpan.FromSeconds(1));
        journal.Record(Happenings.Answered("h2.c.a.xx", other, Carrier.Tcp));
        _time.Advance(TimeSpan.FromSeconds(1));
        journal.Record(Happenings.Abandoned(AbandonReason.Replay) with { Question = Happenings.AboutB with { Name = DomainName.Parse("h3.d.xx") } });
        _time.Advance(TimeSpan.FromSeconds(1));
        journal.Record(new JournalEvent(JournalEventKind.Abandoned, default, default, other, Abandoned: AbandonReason.Malformed));
        return journal;
    }
}
