using System.Globalization;
using Kms.Server;

namespace KmsApp;

/// <summary>Counts what happens, and writes a line about it to the host's log once in a while: only when something happened.</summary>
internal sealed class Summary : IKeyServerJournal, IDisposable
{
    /// <summary>The time between two lines, unless the configuration says otherwise.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromHours(1);

    private readonly long[] _counts = new long[Enum.GetValues<JournalEventKind>().Length];
    private readonly long[] _reasons = new long[Enum.GetValues<AbandonReason>().Length];
    private readonly Action<string> _log;
    private readonly ITimer _timer;
    private long _unsolved;
    private TimeSpan _interval;

    /// <summary>Makes a summary that is silent until <see cref="Begin"/>.</summary>
    public Summary(Action<string> log, TimeProvider time)
    {
        _log = log;
        _timer = time.CreateTimer(_ => Tell(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sets the time between two lines; zero: no lines. The same again leaves the time that has passed as it is.</summary>
    public void Begin(TimeSpan interval)
    {
        if (interval == _interval) return;
        _interval = interval;
        TimeSpan due = interval == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : interval;
        _timer.Change(due, due);
    }

    /// <inheritdoc/>
    public void Record(in JournalEvent happened)
    {
        Interlocked.Increment(ref _counts[(int)happened.Kind]);
        if (happened.Abandoned is { } reason) Interlocked.Increment(ref _reasons[(int)reason]);
        if (happened is { Kind: JournalEventKind.Refused, Elapsed: not null }) Interlocked.Increment(ref _unsolved);
    }

    /// <summary>Ends it.</summary>
    public void Dispose() => _timer.Dispose();

    /// <summary>Writes the line, and counts anew.</summary>
    private void Tell()
    {
        long[] counts = [.. _counts.Select((_, i) => Interlocked.Exchange(ref _counts[i], 0))];
        long[] reasons = [.. _reasons.Select((_, i) => Interlocked.Exchange(ref _reasons[i], 0))];
        long unsolved = Interlocked.Exchange(ref _unsolved, 0);
        List<string> parts = [];
        Say(Of(JournalEventKind.Answered), "inquiries of hosts attested");
        Say(unsolved, "unsolved");
        Say(Of(JournalEventKind.TimedOut), "without an answer in time");
        Say(Of(JournalEventKind.InquiryTaken), "inquiries of neighbours taken");
        Say(Of(JournalEventKind.SignatureRequestTaken), "signature requests of neighbours taken");
        Say(Of(JournalEventKind.Inquired), "inquiries sent on");
        Say(Of(JournalEventKind.SignatureRequested), "signature requests sent on");
        Say(Of(JournalEventKind.RenewalBegun), "renewals of attestations in use begun");
        Say(Of(JournalEventKind.Attested), "attestations signed");
        Say(Of(JournalEventKind.Delivered), "delivered");
        Say(Of(JournalEventKind.Unreachable), "given up without an acknowledgement");
        Say(Of(JournalEventKind.Abandoned), "packets abandoned", Reasons());
        Say(Of(JournalEventKind.LimitReached), "times a limit reached");
        Say(Of(JournalEventKind.Faulted), "faults");
        if (parts.Count > 0) _log($"In the last {_interval.ToString("c", CultureInfo.InvariantCulture)}: {string.Join("; ", parts)}.");

        long Of(JournalEventKind kind) => counts[(int)kind];

        string Reasons() => string.Join(", ", Enum.GetValues<AbandonReason>().Where(r => reasons[(int)r] > 0).OrderByDescending(r => reasons[(int)r])
            .Select(r => string.Create(CultureInfo.InvariantCulture, $"{JournalWords.Of(r)} {reasons[(int)r]}")));

        void Say(long count, string what, string? more = null)
        {
            if (count > 0) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(string.IsNullOrEmpty(more) ? "" : $" ({more})")}"));
        }
    }
}
