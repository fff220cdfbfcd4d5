using Kms.Protocol;

namespace Kms.Server;

/// <summary>
/// A key management server: it answers inquiries (Fig. 4), signature requests (Fig. 5) and deliveries. It does no I/O of
/// its own: the way to other KMSs, the zones, the clock, randomness and the work queue come in. Thread-safe.
/// </summary>
public sealed class KeyServer : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly IHostKeySource _zones;
    private readonly KeyImporter _importer;
    private readonly IKeyServerJournal _journal;
    private readonly TimeProvider _time;
    private readonly KeyTable _table;
    private readonly ReplayMemory _memory;
    private readonly PendingInquiries _pendings;
    private readonly Rates _rates;
    private readonly Reception _reception;
    private readonly InquiryRoutine _inquiryRoutine;
    private readonly SignatureRoutine _signatureRoutine;
    private readonly DeliveryRoutine _deliveryRoutine;
    private readonly Deliveries _deliveries;
    private readonly Relays _relays = new();
    private volatile Setting _setting;

    /// <summary>Makes a key server. Its memory against replay begins now.</summary>
    /// <param name="configuration">What it is told.</param>
    /// <param name="transport">The way to other KMSs.</param>
    /// <param name="zones">Where the keys of hosts stand.</param>
    /// <param name="importer">Imports the keys of hosts.</param>
    /// <param name="work">Where checks run.</param>
    /// <param name="journal">Hears what happens.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Makes ids.</param>
    public KeyServer(
        KeyServerConfiguration configuration, IKmsTransport transport, IHostKeySource zones, KeyImporter importer,
        IWorkQueue work, IKeyServerJournal journal, TimeProvider time, RandomFill random)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _zones = zones;
        _importer = importer;
        _journal = journal;
        _time = time;
        _setting = Set(configuration);
        _rates = new Rates(configuration.Limits.RateEntries, time);
        Outbox outbox = new(transport, journal, time, _stopping.Token);
        _table = new KeyTable(journal, time);
        _memory = new ReplayMemory(time);
        _pendings = new PendingInquiries(time, random);
        _deliveries = new Deliveries(outbox, _pendings, _rates.Deliveries, journal);
        Attestor attestor = new(_table, journal, time);
        _inquiryRoutine = new InquiryRoutine(
            _table, _pendings, attestor, new HostAnswers(_rates, journal, time), _deliveries, outbox, _rates, journal, time);
        _signatureRoutine = new SignatureRoutine(attestor, _deliveries, outbox);
        _deliveryRoutine = new DeliveryRoutine(_table, _pendings, _deliveries, journal, time);
        _reception = new Reception(StartAsync, _memory, _deliveryRoutine, _rates, work, journal, time, _stopping.Token);
    }

    /// <summary>The configuration in force.</summary>
    public KeyServerConfiguration Configuration => _setting.Configuration;

    /// <summary>How full the tables are.</summary>
    public Occupancy Occupancy => new(_table.Count, _pendings.Count, _memory.Count, _setting.Hosts.Count, _relays.Count);

    /// <summary>Puts another configuration in force. Key table, pending inquiries, used-up rates and the memory against replay stay.</summary>
    public void Configure(KeyServerConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _setting = Set(configuration);
        _rates.Resize(configuration.Limits.RateEntries);
        _table.ForgetUntrusted(configuration);
    }

    /// <summary>Takes a request.</summary>
    /// <returns>
    /// Null if the request is abandoned. Completed at once where that is known without checking a seal: nothing is awaited
    /// and no seal is checked on the caller's thread. Never fails.
    /// </returns>
    public ValueTask<Admission?> ReceiveAsync(in RequestPacket packet) => _reception.ReceiveAsync(_setting, packet);

    /// <summary>Ends everything that is under way.</summary>
    public void Dispose()
    {
        if (_stopping.IsCancellationRequested) return;
        _pendings.Dispose(); // before their requests: one that is not acknowledged for this KMS ends is no refusal to tell a host
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private Setting Set(KeyServerConfiguration configuration) =>
        new(configuration, new HostKeyDirectory(configuration, _zones, _importer, _journal, _time, _stopping.Token));

    private Task<Response> StartAsync(Setting setting, Genuine genuine)
    {
        KeyServerConfiguration configuration = setting.Configuration;
        Carried carried = genuine.Carried;
        switch (carried.Request, genuine.Sender)
        {
            case (Inquiry inquiry, Sender.Host):
                return _inquiryRoutine.AnswerHostAsync(setting, inquiry, genuine);
            case (Inquiry inquiry, Sender.Neighbouring { Neighbour: var from }):
                return Acknowledge(
                    genuine, JournalEventKind.InquiryTaken, () => _inquiryRoutine.RelayAsync(setting, inquiry, from), () => _deliveries.RefuseAsync(configuration, inquiry, Reason.Refused));
            case (SignatureRequest request, Sender.Neighbouring { Neighbour: var from }):
                return Acknowledge(
                    genuine, JournalEventKind.SignatureRequestTaken, () => _signatureRoutine.RelayAsync(configuration, request, from),
                    () => _deliveries.RefuseAsync(configuration, request, Reason.Refused));
            case (Delivery { Result: DeliveryResult.Attested } delivery, _):
                return Acknowledge(genuine, _deliveryRoutine.Accept(configuration, delivery, genuine.Attested!, genuine.Origin));
            case (Delivery { Back.Length: 1 } refusal, Sender.Neighbouring):
                return Acknowledge(genuine, _deliveryRoutine.AcceptRefusal(refusal, genuine.Origin));
            case (Delivery refusal, Sender.Neighbouring):
                return Acknowledge(genuine, taken: null, () => _deliveries.PassBackAsync(configuration, refusal));
            default:
                return Acknowledge(genuine, AbandonReason.Sender);
        }
    }

    /// <summary>Acknowledges a request and goes on with it: nobody waits for more than the acknowledgement.</summary>
    /// <param name="genuine">The request.</param>
    /// <param name="taken">What is noted of it, if anything.</param>
    /// <param name="goOn">Goes on with it.</param>
    /// <param name="refuse">Tells who waits, where a fault of ours keeps us from going on: sooner than its deadline would.</param>
    private Task<Response> Acknowledge(Genuine genuine, JournalEventKind? taken, Func<Task> goOn, Func<Task>? refuse = null)
    {
        Carried carried = genuine.Carried;
        Request request = carried.Request;
        if (!_relays.TryBegin(request.From, _setting.Configuration.Limits.RelaysUnderWay))
        {
            _journal.Record(Told(JournalEventKind.LimitReached) with { Limit = nameof(Limits.RelaysUnderWay) });
            return Task.FromResult(Response.Busy);
        }
        if (taken is { } kind) _journal.Record(Told(kind));
        _ = GoOnAsync(request, goOn, refuse);
        return Task.FromResult(Response.Acknowledging(carried.Text));

        JournalEvent Told(JournalEventKind what) =>
            new(what, request.Question, request.From, genuine.Origin.Source, Path: request.Path, Carrier: genuine.Origin.Carrier);
    }

    private async Task GoOnAsync(Request request, Func<Task> goOn, Func<Task>? refuse)
    {
        try
        {
            if (!await SucceedsAsync(request, goOn).ConfigureAwait(false) && refuse is not null && !_stopping.IsCancellationRequested)
                await SucceedsAsync(request, refuse).ConfigureAwait(false);
        }
        finally
        {
            _relays.End(request.From);
        }
    }

    /// <summary>Whether something was done without a fault of ours; a fault is noted, unless all ends.</summary>
    private async Task<bool> SucceedsAsync(Request request, Func<Task> what)
    {
        try
        {
            await what().ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (!_stopping.IsCancellationRequested) _journal.Record(new JournalEvent(JournalEventKind.Faulted, request.Question, request.From, null, Fault: e));
            return false;
        }
    }

    private Task<Response> Acknowledge(Genuine genuine, AbandonReason? unfit)
    {
        Carried carried = genuine.Carried;
        if (unfit is not { } reason) return Task.FromResult(Response.Acknowledging(carried.Text));
        Request request = carried.Request;
        _journal.Record(new JournalEvent(
            JournalEventKind.Abandoned, request.Question, request.From, genuine.Origin.Source, Abandoned: reason, Path: request.Path, Carrier: genuine.Origin.Carrier));
        return Task.FromResult(Response.Abandoned);
    }
}
