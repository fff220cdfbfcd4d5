using System.Diagnostics.Metrics;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests;

/// <summary>Counters and summary lines.</summary>
[TestClass]
public sealed class CounterTests
{
    [TestMethod]
    public void Counters_WhatHappened_IsCountedUnderItsNameAndTag()
    {
        using Counters counters = new(() => new Occupancy(1, 2, 3, 4, 5));
        using Listening listening = new(counters);
        JournalEvent told = new(default, Happenings.AboutB, Happenings.Kms0, null);

        counters.Record(Happenings.Answered());
        counters.Record(Happenings.Answered() with { Kind = JournalEventKind.Refused, Reason = Reason.NotFound });
        counters.Record(told with { Kind = JournalEventKind.Refused, Reason = Reason.NoRoute });
        counters.Record(Happenings.Answered() with { Kind = JournalEventKind.TimedOut });
        counters.Record(told with { Kind = JournalEventKind.InquiryTaken });
        counters.Record(told with { Kind = JournalEventKind.SignatureRequestTaken });
        counters.Record(told with { Kind = JournalEventKind.Inquired });
        counters.Record(told with { Kind = JournalEventKind.SignatureRequested });
        counters.Record(told with { Kind = JournalEventKind.RenewalBegun });
        counters.Record(told with { Kind = JournalEventKind.Attested });
        counters.Record(told with { Kind = JournalEventKind.Delivered });
        counters.Record(told with { Kind = JournalEventKind.Accepted });
        counters.Record(told with { Kind = JournalEventKind.Accepted, Reason = Reason.Refused });
        counters.Record(Happenings.Abandoned(AbandonReason.Seal));
        counters.Record(told with { Kind = JournalEventKind.LimitReached, Limit = "ChecksForHost" });
        counters.Record(Happenings.Unreachable());
        counters.Record(Happenings.Reached());
        counters.Record(told with { Kind = JournalEventKind.Faulted });

        CollectionAssert.AreEquivalent(
            new[]
            {
                "kms.inquiries{outcome=attested} 1", "kms.inquiry.duration{outcome=attested} 0.0125", "kms.refusals{reason=not-found} 1", "kms.inquiries{outcome=unsolved} 1",
                "kms.inquiry.duration{outcome=unsolved} 0.0125", "kms.refusals{reason=no-route} 1", "kms.inquiries{outcome=timeout} 1", "kms.inquiry.duration{outcome=timeout} 0.0125",
                "kms.requests.taken{type=inquiry} 1", "kms.requests.taken{type=sign} 1", "kms.requests.sent{type=inquiry} 1", "kms.requests.sent{type=sign} 1", "kms.renewals{} 1", "kms.attestations{} 1",
                "kms.deliveries{direction=sent} 1", "kms.deliveries{direction=accepted} 1", "kms.abandoned{reason=seal} 1", "kms.limits{limit=checksForHost} 1", "kms.unreachable{} 1", "kms.faults{} 1",
            },
            listening.Heard);
    }

    [TestMethod]
    public void Counters_Tables_AreObserved()
    {
        using Counters counters = new(() => new Occupancy(1, 2, 3, 4, 5));
        using Listening listening = new(counters);

        listening.Observe();

        CollectionAssert.AreEquivalent(
            new[] { "kms.table.attestations{} 1", "kms.table.pending{} 2", "kms.table.remembered{} 3", "kms.table.hosts{} 4", "kms.table.relays{} 5" }, listening.Heard);
    }

    [TestMethod]
    public void Counters_Disposed_CountNoLonger()
    {
        using Counters counters = new(() => default);
        using Listening listening = new(counters);
        counters.Dispose();

        counters.Record(Happenings.Answered());
        listening.Observe();

        Assert.IsEmpty(listening.Heard);
    }

    [TestMethod]
    public void Summary_SomethingHappened_IsOneLineAnInterval()
    {
        VirtualTime time = new();
        List<string> log = [];
        using Summary summary = new(log.Add, time);
        summary.Begin(TimeSpan.FromHours(1));
        for (int i = 0; i < 12; i++) summary.Record(Happenings.Answered());
        summary.Record(Happenings.Answered() with { Kind = JournalEventKind.Refused, Reason = Reason.NotFound });
        for (int i = 0; i < 3; i++) summary.Record(Happenings.Abandoned(AbandonReason.Seal));
        summary.Record(Happenings.Abandoned(AbandonReason.Clock));
        summary.Record(Happenings.Answered() with { Kind = JournalEventKind.RenewalBegun });

        time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.IsEmpty(log);
        time.Advance(TimeSpan.FromHours(5));

        Assert.AreEqual("In the last 01:00:00: 12 inquiries of hosts attested; 1 unsolved; 1 renewals of attestations in use begun; 4 packets abandoned (seal 3, clock 1).", log.Single());
    }

    [TestMethod]
    public void Summary_NothingHappened_IsNoLine()
    {
        VirtualTime time = new();
        List<string> log = [];
        using Summary summary = new(log.Add, time);
        summary.Begin(TimeSpan.FromMinutes(1));
        summary.Record(Happenings.Reached());

        time.Advance(TimeSpan.FromDays(1));

        Assert.IsEmpty(log);
    }

    [TestMethod]
    public void Summary_IntervalChangedOrZero_IsObeyedAndTheSameKeepsItsTime()
    {
        VirtualTime time = new();
        List<string> log = [];
        using Summary summary = new(log.Add, time);
        summary.Begin(TimeSpan.FromHours(1));
        summary.Record(Happenings.Answered());
        time.Advance(TimeSpan.FromMinutes(50));
        summary.Begin(TimeSpan.FromHours(1));
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.HasCount(1, log);

        summary.Record(Happenings.Answered());
        summary.Begin(TimeSpan.Zero);
        time.Advance(TimeSpan.FromDays(1));
        Assert.HasCount(1, log);
        summary.Begin(TimeSpan.FromMinutes(1));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.HasCount(2, log);
        summary.Dispose();
        Assert.AreEqual(0, time.ArmedTimers);
    }

    /// <summary>Listens to one set of counters; other tests have theirs.</summary>
    private sealed class Listening : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly List<string> _heard = [];

        public Listening(Counters counters)
        {
            Meter meter = counters.Meter;
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter == meter) listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
            _listener.Start();
        }

        public List<string> Heard => _heard;

        public void Observe() => _listener.RecordObservableInstruments();

        public void Dispose() => _listener.Dispose();

        private void Note(Instrument instrument, IFormattable value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => _heard.Add(
            $"{instrument.Name}{{{string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}}} {value.ToString(null, System.Globalization.CultureInfo.InvariantCulture)}");
    }
}
