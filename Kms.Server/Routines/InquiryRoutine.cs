using System.Net;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>Answers inquiries: the seed's Fig. 4 from step 42 on, with its numbers (docs/PROTOCOL.md section 7, "Inquiry").</summary>
internal sealed class InquiryRoutine(
    KeyTable table, PendingInquiries pendings, Attestor attestor, HostAnswers answers, Deliveries deliveries, Outbox outbox,
    Rates rates, IKeyServerJournal journal, TimeProvider time)
{
    /// <summary>An inquiry of a host of this domain, authenticated (step 41).</summary>
    /// <param name="setting">The configuration and its host keys.</param>
    /// <param name="inquiry">The inquiry.</param>
    /// <param name="genuine">The packet that brought it.</param>
    public async Task<Response> AnswerHostAsync(Setting setting, Inquiry inquiry, Genuine genuine)
    {
        KeyServerConfiguration configuration = setting.Configuration;
        KeyQuestion question = inquiry.Question;
        (IPEndPoint source, Carrier carrier, long arrived) = genuine.Origin;
        Step? step = await SearchInTimeAsync(setting, question, arrived).ConfigureAwait(false);
        Outcome outcome = step switch
        {
            Step.Give give => new Outcome.Attested(give.Entry, KmsPath.None),
            Step.Renew renew => await RenewAsync(configuration, inquiry, genuine.Origin, renew).ConfigureAwait(false),
            Step.Refuse refuse => new Outcome.Refused(refuse.Reason, KmsPath.None),
            Step.Onward onward => await WaitAsync(configuration, inquiry, genuine.Origin, onward).ConfigureAwait(false), // steps 461, 462
            _ => new Outcome.TimedOut(),
        };
        JournalEvent told = new(JournalEventKind.TimedOut, question, inquiry.From, source, Carrier: carrier, Elapsed: time.GetElapsedTime(arrived));
        switch (outcome)
        {
            case Outcome.Attested attested: // steps 48, 465
                return Tell(answers.Answer(configuration, attested, inquiry.From, genuine.Pairwise), told with { Kind = JournalEventKind.Answered, Path = attested.Path });
            case Outcome.Refused refused: // step 45
                return Tell(
                    answers.Refuse(configuration, question, refused, inquiry.From, genuine.Pairwise),
                    told with { Kind = JournalEventKind.Refused, Reason = refused.Reason, Path = refused.Path });
            case Outcome.TimedOut: // step 463
                journal.Record(told);
                return Response.NoAnswer;
            default:
                return Response.Busy;
        }
    }

    /// <summary>An inquiry of a neighbour, authenticated (step 41) and acknowledged (step 461).</summary>
    public async Task RelayAsync(Setting setting, Inquiry inquiry, Neighbour from)
    {
        KeyServerConfiguration configuration = setting.Configuration;
        Neighbour? origin = inquiry.Path.Count == 1 ? from : null;
        if (!ReplyRules.Allow(configuration, inquiry.Reply, origin, outbox.OwnAddressToward(configuration, from)))
        {
            await deliveries.RefuseAsync(configuration, inquiry, Reason.Refused).ConfigureAwait(false);
            return;
        }
        switch (await SearchAsync(setting, inquiry.Question, from).ConfigureAwait(false))
        {
            case Step.Give give: // step 48
                await deliveries.DeliverAsync(configuration, from, inquiry, inquiry.Reply, give.Entry).ConfigureAwait(false);
                break;
            case Step.Refuse refuse: // step 45
                await deliveries.RefuseAsync(configuration, inquiry, refuse.Reason).ConfigureAwait(false);
                break;
            case Step.Renew renew: // who asks may hold the same one, and look for its successor
                if (await SendAsync(configuration, renew.By, inquiry.Question, inquiry.Reply, inquiry.Id, inquiry.Path).ConfigureAwait(false) is not null)
                    await deliveries.DeliverAsync(configuration, from, inquiry, inquiry.Reply, renew.Entry).ConfigureAwait(false);
                break;
            case Step.Onward onward: // steps 46, 49
                Reason? failure = await SendAsync(configuration, onward, inquiry.Question, inquiry.Reply, inquiry.Id, inquiry.Path).ConfigureAwait(false);
                if (failure is { } reason) await deliveries.RefuseAsync(configuration, inquiry, reason).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Notes what a host was told, or that its share of signatures kept it from being told.</summary>
    private Response Tell(Response response, JournalEvent told)
    {
        journal.Record(response.Kind switch
        {
            ResponseKind.Busy => told with { Kind = JournalEventKind.LimitReached, Reason = null, Elapsed = null, Limit = nameof(Limits.SignaturesForHost) },
            ResponseKind.NoAnswer => told with { Kind = JournalEventKind.TimedOut },
            _ => told,
        });
        return response;
    }

    /// <summary>The search for a host, which waits no longer than it may: null when the time is over.</summary>
    private async ValueTask<Step?> SearchInTimeAsync(Setting setting, KeyQuestion question, long arrived)
    {
        ValueTask<Step> searching = SearchAsync(setting, question, from: null);
        if (searching.IsCompletedSuccessfully) return await searching.ConfigureAwait(false);
        TimeSpan due = setting.Configuration.AnswerTimeout - time.GetElapsedTime(arrived);
        if (due <= TimeSpan.Zero) return null;
        try
        {
            return await searching.AsTask().WaitAsync(due, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null; // the look-up goes on, for those who ask next
        }
    }

    /// <summary>Steps 42 to 49: what is at hand, and who is to be asked.</summary>
    private async ValueTask<Step> SearchAsync(Setting setting, KeyQuestion question, Neighbour? from)
    {
        KeyServerConfiguration configuration = setting.Configuration;
        Route route = Routing.OfInquiry(configuration, question, from);
        HostKeys? served = route.Kind == RouteKind.Here ? await setting.Hosts.FindAsync(question.Name).ConfigureAwait(false) : null;
        DateTimeOffset now = time.GetUtcNow();
        PublishedKey? published = served?.Choose(question.Use, now);

        // Steps 42, 43, 47: for a name that ends here, only while its key is the one that the zone has; an entry of an anchor
        // that is no longer trusted does not count.
        if (route.Kind != RouteKind.None && table.Find(question) is { } entry && entry.IsUsableAt(now) && configuration.Trusts(entry)
            && (served is null || IsOf(published, entry)))
        {
            if (!entry.IsDueAt(now)) return new Step.Give(entry); // step 48
            return SearchOn(configuration, question, route, served, published, now) switch
            {
                Step.Give signed => signed,
                Step.Onward onward => new Step.Renew(entry, onward),
                _ => new Step.Give(entry),
            };
        }
        return SearchOn(configuration, question, route, served, published, now);
    }

    /// <summary>Steps 44 to 46 and 49: what is to be done without an entry of the table.</summary>
    private Step SearchOn(KeyServerConfiguration configuration, KeyQuestion question, Route route, HostKeys? served, PublishedKey? published, DateTimeOffset now)
    {
        switch (route.Kind)
        {
            case RouteKind.Neighbour: // step 46: a foreign key is never put up for signature, it is inquired anew
                return new Step.Inquire(route.Next!);
            case RouteKind.None:
                return new Step.Refuse(Reason.NoRoute);
        }

        // Step 44: the name ends here.
        if (published is null)
        {
            return new Step.Refuse(!served!.IsKnown ? Reason.Timeout : served.HasEnded(question.Use, now) ? Reason.Expired : Reason.NotFound); // step 45
        }
        Route toAnchor = Routing.OfSignatureRequest(configuration, question.Kms); // step 49
        return toAnchor.Kind switch
        {
            RouteKind.Here => attestor.Attest(configuration, question, published) is { } signed ? new Step.Give(signed) : new Step.Refuse(Reason.Expired),
            RouteKind.Neighbour => new Step.RequestSignature(toAnchor.Next!, published),
            _ => new Step.Refuse(Reason.NoRoute),
        };
    }

    private static bool IsOf(PublishedKey? published, KeyTableEntry entry) => entry.Attestation.Key.Equals(published?.Key);

    /// <summary>Step 462: joins the inquiry under way for the same question, or starts one, and waits for its end.</summary>
    private async Task<Outcome> WaitAsync(KeyServerConfiguration configuration, Inquiry inquiry, Origin origin, Step.Onward step)
    {
        KeyQuestion question = inquiry.Question;
        TimeSpan due = configuration.AnswerTimeout - time.GetElapsedTime(origin.Arrived);
        if (due <= TimeSpan.Zero) return new Outcome.TimedOut();
        if (pendings.Find(question) is { } underWay) return await JoinAsync(underWay, due).ConfigureAwait(false);
        Limits limits = configuration.Limits;
        if (!rates.Inquiries.TryTake(inquiry.From, limits.InquiriesForHost)) return Refuse(nameof(limits.InquiriesForHost));
        if (outbox.IsClosedToward(step.Next)) return new Outcome.Refused(Reason.Timeout, KmsPath.None);
        if (pendings.JoinOrOpen(question, step.Next.Name, KeyPutUp(step), due, limits.PendingInquiries, out bool isNew) is not { } pending) return Refuse(nameof(limits.PendingInquiries));
        if (!isNew) return await JoinAsync(pending, due).ConfigureAwait(false);
        await StartAsync(configuration, pending, step).ConfigureAwait(false);
        return await pending.Outcome.ConfigureAwait(false);

        Outcome.Busy Refuse(string limit)
        {
            TellLimit(limit, inquiry, origin);
            return new Outcome.Busy();
        }
    }

    /// <summary>
    /// Waits for an inquiry that was opened for another host, which may have asked later: the check of this one's key took
    /// its time.
    /// </summary>
    private async Task<Outcome> JoinAsync(PendingInquiry pending, TimeSpan due)
    {
        try
        {
            return await pending.Outcome.WaitAsync(due, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return new Outcome.TimedOut();
        }
    }

    /// <summary>
    /// Begins an inquiry for an attestation in the last part of its life. The host is given the one at hand, and waits for a
    /// newer one only where by its clock that may have ended; whatever else comes of the inquiry changes nothing.
    /// </summary>
    private async ValueTask<Outcome> RenewAsync(KeyServerConfiguration configuration, Inquiry inquiry, Origin origin, Step.Renew step)
    {
        Outcome.Attested atHand = new(step.Entry, KmsPath.None);
        DateTimeOffset now = time.GetUtcNow();
        PendingInquiry? renewal = step.Entry.TryClaimRenewal(now) ? BeginRenewal(configuration, inquiry, origin, step) : null;
        if (!step.Entry.MayHaveEndedAt(now)) return atHand;
        TimeSpan due = configuration.AnswerTimeout - time.GetElapsedTime(origin.Arrived);
        if ((renewal ?? pendings.Find(inquiry.Question)) is not { } underWay || due <= TimeSpan.Zero) return atHand;
        return await JoinAsync(underWay, due).ConfigureAwait(false) as Outcome.Attested ?? atHand;
    }

    /// <summary>The renewal that begins, or the inquiry under way in its place; null where none may begin.</summary>
    private PendingInquiry? BeginRenewal(KeyServerConfiguration configuration, Inquiry inquiry, Origin origin, Step.Renew step)
    {
        Limits limits = configuration.Limits;
        if (!rates.Renewals.TryTake(inquiry.From, limits.InquiriesForHost))
        {
            TellLimit(nameof(limits.InquiriesForHost), inquiry, origin);
            return null;
        }
        if (pendings.JoinOrOpen(inquiry.Question, step.By.Next.Name, KeyPutUp(step.By), configuration.AnswerTimeout, limits.PendingRenewals, out bool isNew) is not { } pending)
        {
            TellLimit(nameof(limits.PendingRenewals), inquiry, origin);
            return null;
        }
        if (!isNew) return pending;
        journal.Record(new JournalEvent(JournalEventKind.RenewalBegun, inquiry.Question, step.By.Next.Name, null));
        _ = StartAloneAsync(configuration, pending, step.By);
        return pending;
    }

    private async Task StartAloneAsync(KeyServerConfiguration configuration, PendingInquiry pending, Step.Onward step)
    {
        try
        {
            await StartAsync(configuration, pending, step).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            journal.Record(new JournalEvent(JournalEventKind.Faulted, pending.Question, step.Next.Name, null, Fault: e));
        }
    }

    /// <summary>The key that a signature is requested for: no attestation of another one is taken then.</summary>
    private static PublicKey? KeyPutUp(Step.Onward step) => (step as Step.RequestSignature)?.Key.Key;

    private void TellLimit(string limit, Inquiry inquiry, Origin origin) =>
        journal.Record(new JournalEvent(JournalEventKind.LimitReached, inquiry.Question, inquiry.From, origin.Source, Limit: limit, Carrier: origin.Carrier));

    /// <summary>Sends an inquiry of this KMS's own; that nobody takes it ends the wait at once, instead of by time.</summary>
    private async Task StartAsync(KeyServerConfiguration configuration, PendingInquiry pending, Step.Onward step)
    {
        Task<Reason?> sending = outbox.OwnAddressToward(configuration, step.Next) is { } reply
            ? SendAsync(configuration, step, pending.Question, reply, pending.Id, KmsPath.None)
            : Task.FromResult<Reason?>(Reason.Timeout);

        // The delivery may come before the acknowledgement does.
        await Task.WhenAny(sending, pending.Outcome).ConfigureAwait(false);
        if (pending.Outcome.IsCompleted) return;
        try
        {
            if (await sending.ConfigureAwait(false) is { } failure) pendings.End(pending, new Outcome.Refused(failure, KmsPath.None));
        }
        catch
        {
            pendings.End(pending, new Outcome.TimedOut()); // who asks next must not wait for what was never sent
            throw;
        }
    }

    /// <summary>Steps 46 and 49: an inquiry or a signature request of this KMS's own to the next one.</summary>
    /// <returns>Why it did not get there, or null.</returns>
    private async Task<Reason?> SendAsync(KeyServerConfiguration configuration, Step.Onward step, KeyQuestion question, IPEndPoint reply, InquiryId id, KmsPath path)
    {
        (DomainName name, Use use, DomainName kms) = question;
        DomainName self = configuration.Name;
        (Request? request, JournalEventKind kind) = step switch
        {
            Step.Inquire => (
                path.TryAddInquiry(self, out KmsPath onward)
                    ? new Inquiry(name, use, kms, reply, self, step.Next.Name, id, outbox.Now, onward)
                    : (Request?)null,
                JournalEventKind.Inquired),
            Step.RequestSignature sign => (
                path.TryAddSignature(self, out KmsPath onward)
                    ? new SignatureRequest(
                        name, use, kms, reply, sign.Key.Key, UnixTime.Floor(sign.Key.At), sign.Key.Expires, self, step.Next.Name, id, outbox.Now, onward)
                    : null,
                JournalEventKind.SignatureRequested),
            _ => throw new InvalidOperationException($"A step of type {step.GetType().Name} sends nothing."),
        };
        if (request is null || Outbox.Seal(configuration, request) is not { } text) return Reason.NoRoute;
        outbox.Tell(kind, text, step.Next.Addresses.FirstOrDefault());
        return await outbox.SendAsync(step.Next, text).ConfigureAwait(false) ? null : Reason.Timeout;
    }
}
