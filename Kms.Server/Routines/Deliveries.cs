using System.Collections.Immutable;
using System.Net;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>
/// How an inquiry ends: an attestation goes straight to who waits, a refusal goes back the way the inquiry came
/// (docs/PROTOCOL.md section 7, "Deliveries").
/// </summary>
internal sealed class Deliveries(Outbox outbox, PendingInquiries pendings, TokenBuckets<(DomainName, IPEndPoint)> rates, IKeyServerJournal journal)
{
    /// <summary>Arrow 86: brings an attestation to the KMS that waits.</summary>
    /// <param name="configuration">This KMS.</param>
    /// <param name="from">The neighbour whose request ends here.</param>
    /// <param name="request">That request.</param>
    /// <param name="reply">Its <c>reply</c>, checked.</param>
    /// <param name="entry">The attestation.</param>
    public async Task DeliverAsync(KeyServerConfiguration configuration, Neighbour from, Request request, IPEndPoint reply, KeyTableEntry entry)
    {
        if (request.Path.First == configuration.Name && FindOwn(request) is { } own)
        {
            // This KMS is the anchor of its own inquiry: nothing needs to travel.
            pendings.End(own, new Outcome.Attested(entry, request.Path));
            return;
        }
        if (!rates.TryTake((from.Name, reply), configuration.Limits.DeliveriesToDestination))
        {
            journal.Record(new JournalEvent(JournalEventKind.LimitReached, request.Question, from.Name, reply, Limit: nameof(Limits.DeliveriesToDestination)));
            return;
        }
        Delivery delivery = new(
            request.Name, request.Use, request.Kms, configuration.Name, request.Path.First, request.Id, outbox.Now, request.Path,
            [], DeliveryResult.Attested, entry.Text.Digest, null);
        if (Outbox.Seal(configuration, delivery) is { } text) await outbox.DeliverAsync(reply, text, entry.Text).ConfigureAwait(false);
    }

    /// <summary>Sends a refusal back the way the request came.</summary>
    public Task RefuseAsync(KeyServerConfiguration configuration, Request request, Reason reason) =>
        SendBackAsync(configuration, request, request.Path.WayBack(), reason);

    /// <summary>Passes a refusal on: this KMS has found itself first in <c>back</c> and removes itself.</summary>
    public Task PassBackAsync(KeyServerConfiguration configuration, Delivery refusal) =>
        SendBackAsync(configuration, refusal, refusal.Back.RemoveAt(0), refusal.Reason!.Value);

    /// <summary>The pending inquiry of this KMS to which a request belongs, or null.</summary>
    public PendingInquiry? FindOwn(Request request) =>
        pendings.Find(request.Id) is { } pending && pending.Question == request.Question ? pending : null;

    private async Task SendBackAsync(KeyServerConfiguration configuration, Request request, ImmutableArray<DomainName> back, Reason reason)
    {
        if (configuration.FindNeighbour(back[0]) is not { } next) return; // a claim in the path that no neighbour stands behind
        journal.Record(new JournalEvent(JournalEventKind.Refused, request.Question, next.Name, null, Reason: reason, Path: request.Path));
        Delivery delivery = new(
            request.Name, request.Use, request.Kms, configuration.Name, next.Name, request.Id, outbox.Now, request.Path,
            back, DeliveryResult.Unsolved, null, reason);
        if (Outbox.Seal(configuration, delivery) is { } text) await outbox.SendAsync(next, text).ConfigureAwait(false);
    }
}
