using System.Collections.Immutable;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>
/// Lets in what is genuine: steps 41, 51 and 53. The checks run cheapest first (form, receiver, clock, known sender, replay,
/// limits, seal); what fails one is abandoned, and leaves no trace but a counter (docs/PROTOCOL.md sections 5 and 9).
/// </summary>
internal sealed class Reception(
    Reception.Start start, ReplayMemory memory, DeliveryRoutine deliveryRoutine, Rates rates, IWorkQueue work, IKeyServerJournal journal, TimeProvider time, CancellationToken stopping)
{
    private static readonly Admission Busy = new(Task.FromResult(Response.Busy));
    private static readonly Admission Fault = new(Task.FromResult(Response.Fault));

    private readonly ClockWatch _clocks = new(work, journal, time);

    /// <summary>Starts what a request asks for; its response never fails.</summary>
    public delegate Task<Response> Start(Setting setting, Genuine request);

    /// <summary>Checks a request and, if it is genuine and new, starts it.</summary>
    /// <returns>Null if it is abandoned; completed at once where no seal had to be checked.</returns>
    public ValueTask<Admission?> ReceiveAsync(Setting setting, in RequestPacket packet)
    {
        KeyServerConfiguration configuration = setting.Configuration;
        Origin origin = new(packet.Source, packet.Carrier, time.GetTimestamp());
        if (Carried.Read(packet) is not { } carried) return Abandon(AbandonReason.Malformed, null, origin);
        Request request = carried.Request;
        if (!IsMeantFor(configuration, request)) return Abandon(AbandonReason.Receiver, request, origin);
        TimeSpan offset = request.At - UnixTime.Floor(time.GetUtcNow());
        if (!IsTimely(request, offset))
        {
            _clocks.Look(configuration, carried.Text, origin, offset);
            return Abandon(AbandonReason.Clock, request, origin, offset);
        }
        if (Sender.Of(configuration, request) is not { } sender) return Abandon(AbandonReason.Sender, request, origin);
        if (request is Inquiry or SignatureRequest && request.Path.CurrentLegContains(configuration.Name)) return Abandon(AbandonReason.Loop, request, origin);

        switch (memory.Look(carried.Text, out Task<Response>? known))
        {
            case ReplayVerdict.Retransmission:
                return new(new Admission(known!));
            case ReplayVerdict.OtherBytes:
                return Abandon(AbandonReason.Replay, request, origin);
            case ReplayVerdict.TooOften:
                return Abandon(AbandonReason.Retransmissions, request, origin);
        }
        if (carried.Attestation is { } attestation && deliveryRoutine.FindFitting((Delivery)request, attestation) is null) return Abandon(AbandonReason.Unfit, request, origin);
        if (!MayCheck(setting, carried, sender, origin, packet.IsStream, out bool isLent)) return TurnAway(configuration, packet);
        if (AdmitLater(setting, carried, sender, origin, isLent) is { } admission) return new(admission);
        if (isLent) rates.FailedChecks.GiveBack(sender is Sender.Neighbouring);
        TellLimit(JournalEvent.WorkQueue, request, origin);
        return TurnAway(configuration, packet);
    }

    /// <summary>Whoever floods from one address is not answered each time, nor is one whose address others use.</summary>
    private ValueTask<Admission?> TurnAway(KeyServerConfiguration configuration, in RequestPacket packet) =>
        packet.IsStream || rates.Truncations.TryTake(SourceNetwork.Of(packet.Source.Address), configuration.Limits.TruncationsForAddress) ? new(Busy) : default;

    /// <summary>A message is good at one receiver only.</summary>
    private static bool IsMeantFor(KeyServerConfiguration configuration, Request request) => request.To == configuration.Name;

    /// <summary>What was written before this memory began may have been used before.</summary>
    private bool IsTimely(Request request, TimeSpan offset) => offset.Duration() <= Spec.AllowedSkew && !memory.MayHaveForgotten(request.At);

    /// <summary>Leaves the rest to the work queue; null where that is full.</summary>
    private Task<Admission?>? AdmitLater(Setting setting, Carried carried, Sender sender, Origin origin, bool isLent)
    {
        TaskCompletionSource<Admission?> admission = new();
        return work.TryEnqueue(() => _ = RunAsync(), sender is Sender.Host) ? admission.Task : null;

        async Task RunAsync() => admission.SetResult(await AdmitAsync(setting, carried, sender, origin, isLent).ConfigureAwait(false));
    }

    private async ValueTask<Admission?> AdmitAsync(Setting setting, Carried carried, Sender sender, Origin origin, bool isLent)
    {
        if (stopping.IsCancellationRequested) return Fault;
        try
        {
            return await AuthenticateAsync(setting, carried, sender, origin, isLent).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A fault of ours must not leave as the host's plain answer.
            journal.Record(new JournalEvent(JournalEventKind.Faulted, carried.Request.Question, carried.Request.From, origin.Source, Fault: e, Carrier: origin.Carrier));
            return Fault;
        }
    }

    private async ValueTask<Admission?> AuthenticateAsync(Setting setting, Carried carried, Sender sender, Origin origin, bool isLent)
    {
        KeyServerConfiguration configuration = setting.Configuration;
        Request request = carried.Request;
        bool isGenuine;
        PairwiseKey? pairwise = null;
        switch (sender)
        {
            case Sender.Host:
                HostKeys keys = await setting.Hosts.FindAsync(request.From).ConfigureAwait(false);
                if (keys.Identities.IsEmpty) return await Abandon(AbandonReason.Sender, request, origin).ConfigureAwait(false);
                isGenuine = IsFromHost(configuration, keys, carried.Text, out pairwise);
                break;
            case Sender.Neighbouring { Neighbour: var neighbour }:
                isGenuine = neighbour.HasSealed(configuration, carried.Text);
                break;
            default:
                // The attestation is its authority; its own signature counts where the sender's key is known.
                ImmutableArray<VerificationKey> known = ((Sender.Delivering)sender).Keys;
                isGenuine = carried.Text.Seal.Kind == SealKind.Signature && (known.IsEmpty || known.Any(carried.Text.IsSignedBy));
                break;
        }
        if (isGenuine && isLent) rates.FailedChecks.GiveBack(sender is Sender.Neighbouring);
        if (!isGenuine) return await Abandon(AbandonReason.Seal, request, origin).ConfigureAwait(false);
        if (request is SignatureRequest asked && CheckSignatureRequest(asked, (Sender.Neighbouring)sender) is { } refused)
            return await Abandon(refused, request, origin).ConfigureAwait(false);
        KeyTableEntry? attested = null;
        if (request is Delivery delivery && deliveryRoutine.FindFault(configuration, delivery, carried.Attestation, out attested) is { } unfit)
            return await Abandon(unfit, request, origin).ConfigureAwait(false);
        if (sender is Sender.Neighbouring && !rates.Signatures.TryTake(request.From, configuration.Limits.SignaturesForNeighbour))
            return await Limit(nameof(Limits.SignaturesForNeighbour), request, origin).ConfigureAwait(false);

        Limits limits = configuration.Limits;
        int share = sender is Sender.Host ? limits.ReplayEntriesForHost : limits.ReplayEntriesForNeighbour;
        TaskCompletionSource<Response> response = new(TaskCreationOptions.RunContinuationsAsynchronously);
        switch (memory.Enter(carried.Text, share, limits.ReplayEntries, response.Task, out Task<Response>? earlier))
        {
            case ReplayVerdict.New:
                _ = AnswerAsync(setting, new Genuine(carried, sender, pairwise, attested, origin), response);
                return new Admission(response.Task);
            case ReplayVerdict.Retransmission:
                return new Admission(earlier!);
            case ReplayVerdict.ShareFull:
                return await Limit(sender is Sender.Host ? nameof(limits.ReplayEntriesForHost) : nameof(limits.ReplayEntriesForNeighbour), request, origin).ConfigureAwait(false);
            case ReplayVerdict.Full:
                return await Limit(nameof(limits.ReplayEntries), request, origin).ConfigureAwait(false);
            case ReplayVerdict.OtherBytes:
                return await Abandon(AbandonReason.Replay, request, origin).ConfigureAwait(false);
            default:
                return await Abandon(AbandonReason.Retransmissions, request, origin).ConfigureAwait(false);
        }
    }

    private async Task AnswerAsync(Setting setting, Genuine genuine, TaskCompletionSource<Response> response)
    {
        Response made;
        try
        {
            made = await start(setting, genuine).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Request request = genuine.Carried.Request;
            journal.Record(new JournalEvent(JournalEventKind.Faulted, request.Question, request.From, genuine.Origin.Source, Fault: e, Carrier: genuine.Origin.Carrier));
            made = Response.Fault;
        }
        memory.Settle(genuine.Carried.Text, made);
        response.SetResult(made);
    }

    private bool IsFromHost(KeyServerConfiguration configuration, HostKeys keys, MessageText text, out PairwiseKey? pairwise)
    {
        pairwise = null;
        DateTimeOffset now = time.GetUtcNow();
        HostIdentity? only = null;
        int valid = 0;
        foreach (HostIdentity identity in keys.Identities)
        {
            if (!identity.Record.IsValidAt(now) || identity.Key is not { } key) continue;
            if (++valid > Spec.MaximumKeysForUse) break;
            if (text.IsSignedBy(key)) return true;
            only = identity;
        }

        // A MAC counts only where both sides are set to it and each has one key.
        if (text.Seal.Kind != SealKind.Mac || configuration.Authentication != AuthenticationMode.Mac || valid != 1 || only!.PairwiseWith(configuration) is not { } keysOfPair) return false;
        pairwise = keysOfPair.Sending;
        return text.IsAuthenticatedBy(keysOfPair.Receiving);
    }

    /// <summary>Steps 51 and 53: the bailiwick, and that the key was read just now.</summary>
    private AbandonReason? CheckSignatureRequest(SignatureRequest request, Sender.Neighbouring sender)
    {
        if (!Routing.IsInBailiwick(sender.Neighbour, request.Name)) return AbandonReason.Bailiwick;
        return (request.KeyAt - UnixTime.Floor(time.GetUtcNow())).Duration() > Spec.AllowedSkew ? AbandonReason.Clock : null;
    }

    /// <summary>
    /// Over its share a UDP request gets TC, so that only a real address costs a check: what forged packets used up over UDP
    /// is still there over a stream. A MAC of a party that is known costs next to nothing, so it takes from nobody's share.
    /// Everyone else, names that may be hosts among them, shares the bucket of no name. What is forged in the names of many
    /// hosts, or of several neighbours, passes no share of theirs, so that checks that fail have a limit of their own, hosts
    /// and neighbours each: every check takes from it before it is made, and gives back what turns out to be genuine.
    /// </summary>
    private bool MayCheck(Setting setting, Carried carried, Sender sender, Origin origin, bool isStream, out bool isLent)
    {
        isLent = false;
        bool isKnownHost = sender is Sender.Host { Name: var host } && setting.Hosts.Knows(host);
        if (carried.Text.Seal.Kind == SealKind.Mac && (isKnownHost || sender is Sender.Neighbouring)) return true;
        Limits limits = setting.Configuration.Limits;
        bool isAtHome = sender is Sender.Neighbouring { Neighbour: var neighbour } && neighbour.Addresses.Any(a => a.Address.Equals(origin.Source.Address));
        (bool may, string limit) =
            isStream && isAtHome ? (rates.Addresses.TryTake((carried.Request.From, SourceNetwork.Of(origin.Source.Address)), limits.ChecksForNeighbour), nameof(limits.ChecksForNeighbour))
            : isStream ? (rates.Addresses.TryTake((default, SourceNetwork.Of(origin.Source.Address)), limits.ChecksForAddress), nameof(limits.ChecksForAddress))
            : isAtHome ? (rates.Checks.TryTake(carried.Request.From, limits.ChecksForNeighbour), nameof(limits.ChecksForNeighbour))
            : isKnownHost ? (rates.Checks.TryTake(carried.Request.From, limits.ChecksForHost), nameof(limits.ChecksForHost))
            : (rates.Checks.TryTake(default, limits.ChecksForOthers), nameof(limits.ChecksForOthers));
        if (may && !isStream && (isKnownHost || isAtHome))
        {
            may = isLent = rates.FailedChecks.TryTake(isAtHome, limits.FailedChecks);
            limit = nameof(limits.FailedChecks);
        }
        if (!may) TellLimit(limit, carried.Request, origin);
        return may;
    }

    private ValueTask<Admission?> Limit(string limit, Request request, Origin origin)
    {
        TellLimit(limit, request, origin);
        return new(Busy);
    }

    private void TellLimit(string limit, Request request, Origin origin) =>
        journal.Record(new JournalEvent(JournalEventKind.LimitReached, request.Question, request.From, origin.Source, Limit: limit, Carrier: origin.Carrier));

    private ValueTask<Admission?> Abandon(AbandonReason reason, Request? request, Origin origin, TimeSpan? clockOffset = null)
    {
        journal.Record(new JournalEvent(
            JournalEventKind.Abandoned, request?.Question ?? default, request?.From ?? default, origin.Source, Abandoned: reason, ClockOffset: clockOffset,
            Path: request?.Path, Carrier: origin.Carrier));
        return default;
    }
}
