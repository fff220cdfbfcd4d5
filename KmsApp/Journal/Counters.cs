using System.Diagnostics.Metrics;
using Kms.Server;

namespace KmsApp;

/// <summary>
/// What happens, as counters of the platform (docs: KmsApp/README.md). Whoever listens is told by the platform that they are gone when
/// this ends, and lets go of them.
/// </summary>
internal sealed class Counters : IKeyServerJournal, IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "KmsApp";

    private readonly Counter<long> _inquiries, _refusals, _taken, _sent, _renewals, _attestations, _deliveries, _abandoned, _limits, _unreachable, _faults;
    private readonly Histogram<double> _duration;

    /// <summary>Makes the counters.</summary>
    /// <param name="occupancy">Says how full the tables are.</param>
    public Counters(Func<Occupancy> occupancy)
    {
        _inquiries = Meter.CreateCounter<long>("kms.inquiries", "{inquiry}", "Inquiries of hosts that have ended, by outcome: attested, unsolved, timeout.");
        _duration = Meter.CreateHistogram<double>("kms.inquiry.duration", "s", "How long hosts waited, by outcome.");
        _refusals = Meter.CreateCounter<long>("kms.refusals", "{refusal}", "Keys that could not be had, told to hosts or sent back, by reason.");
        _taken = Meter.CreateCounter<long>("kms.requests.taken", "{request}", "Requests taken from neighbours, by type: inquiry, sign.");
        _sent = Meter.CreateCounter<long>("kms.requests.sent", "{request}", "Requests sent to neighbours, by type: inquiry, sign.");
        _renewals = Meter.CreateCounter<long>("kms.renewals", "{renewal}", "Attestations in use that were asked for anew before their end.");
        _attestations = Meter.CreateCounter<long>("kms.attestations", "{attestation}", "Attestations signed.");
        _deliveries = Meter.CreateCounter<long>("kms.deliveries", "{delivery}", "Deliveries, by direction: sent, accepted.");
        _abandoned = Meter.CreateCounter<long>("kms.abandoned", "{packet}", "Packets abandoned, by reason.");
        _limits = Meter.CreateCounter<long>("kms.limits", "{event}", "How often a limit was reached, by limit.");
        _unreachable = Meter.CreateCounter<long>("kms.unreachable", "{request}", "Requests and deliveries given up without an acknowledgement.");
        _faults = Meter.CreateCounter<long>("kms.faults", "{fault}", "Faults of this program.");
        Meter.CreateObservableGauge("kms.table.attestations", () => occupancy().KeyTable, "{attestation}", "Attestations in the key table.");
        Meter.CreateObservableGauge("kms.table.pending", () => occupancy().Pending, "{inquiry}", "Inquiries of its own under way.");
        Meter.CreateObservableGauge("kms.table.remembered", () => occupancy().Remembered, "{request}", "Requests remembered against replay.");
        Meter.CreateObservableGauge("kms.table.hosts", () => occupancy().Hosts, "{host}", "Names of hosts at hand.");
        Meter.CreateObservableGauge("kms.table.relays", () => occupancy().Relays, "{request}", "Requests of neighbours that are being passed on.");
    }

    /// <summary>The meter.</summary>
    internal Meter Meter { get; } = new(MeterName);

    /// <inheritdoc/>
    public void Record(in JournalEvent happened)
    {
        switch (happened.Kind)
        {
            case JournalEventKind.Answered:
                Ended("attested", happened.Elapsed);
                break;
            case JournalEventKind.Refused:
                _refusals.Add(1, new KeyValuePair<string, object?>("reason", JournalWords.Of(happened.Reason ?? default)));
                if (happened.Elapsed is not null) Ended("unsolved", happened.Elapsed);
                break;
            case JournalEventKind.TimedOut:
                Ended("timeout", happened.Elapsed);
                break;
            case JournalEventKind.InquiryTaken:
                _taken.Add(1, new KeyValuePair<string, object?>("type", "inquiry"));
                break;
            case JournalEventKind.SignatureRequestTaken:
                _taken.Add(1, new KeyValuePair<string, object?>("type", "sign"));
                break;
            case JournalEventKind.Inquired:
                _sent.Add(1, new KeyValuePair<string, object?>("type", "inquiry"));
                break;
            case JournalEventKind.SignatureRequested:
                _sent.Add(1, new KeyValuePair<string, object?>("type", "sign"));
                break;
            case JournalEventKind.RenewalBegun:
                _renewals.Add(1);
                break;
            case JournalEventKind.Attested:
                _attestations.Add(1);
                break;
            case JournalEventKind.Delivered:
                _deliveries.Add(1, new KeyValuePair<string, object?>("direction", "sent"));
                break;
            case JournalEventKind.Accepted when happened.Reason is null:
                _deliveries.Add(1, new KeyValuePair<string, object?>("direction", "accepted"));
                break;
            case JournalEventKind.Abandoned:
                _abandoned.Add(1, new KeyValuePair<string, object?>("reason", JournalWords.Of(happened.Abandoned ?? default)));
                break;
            case JournalEventKind.LimitReached:
                _limits.Add(1, new KeyValuePair<string, object?>("limit", JournalWords.Limit(happened)));
                break;
            case JournalEventKind.Unreachable:
                _unreachable.Add(1);
                break;
            case JournalEventKind.Faulted:
                _faults.Add(1);
                break;
        }
    }

    /// <summary>Ends the counters.</summary>
    public void Dispose() => Meter.Dispose();

    private void Ended(string outcome, TimeSpan? elapsed)
    {
        KeyValuePair<string, object?> tag = new("outcome", outcome);
        _inquiries.Add(1, tag);
        if (elapsed is { } time) _duration.Record(time.TotalSeconds, tag);
    }
}
