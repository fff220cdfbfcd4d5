using System.Net;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>Answers signature requests: the seed's Fig. 5 from step 52 on (docs/PROTOCOL.md section 7, "Signature request").</summary>
internal sealed class SignatureRoutine(Attestor attestor, Deliveries deliveries, Outbox outbox)
{
    /// <summary>A signature request of a lower KMS, authenticated, in its bailiwick (step 51) and acknowledged.</summary>
    public async Task RelayAsync(KeyServerConfiguration configuration, SignatureRequest request, Neighbour from)
    {
        Reason? refusal = IsReplyGood(configuration, request, from)
            ? await SignOrPassOnAsync(configuration, request, from).ConfigureAwait(false)
            : Reason.Refused;
        if (refusal is { } reason) await deliveries.RefuseAsync(configuration, request, reason).ConfigureAwait(false);
    }

    private async Task<Reason?> SignOrPassOnAsync(KeyServerConfiguration configuration, SignatureRequest request, Neighbour from)
    {
        Route route = Routing.OfSignatureRequest(configuration, request.Kms); // step 52
        switch (route.Kind)
        {
            case RouteKind.Here: // step 55
                if (attestor.Attest(configuration, request.Question, new PublishedKey(request.Key, request.KeyAt, request.KeyExpires)) is not { } entry) return Reason.Expired;
                await deliveries.DeliverAsync(configuration, from, request, request.Reply, entry).ConfigureAwait(false);
                return null;
            case RouteKind.Neighbour: // step 54: `reply`, `id`, `key`, `kat` and `kexp` go on unchanged
                if (!request.Path.TryAddSignature(configuration.Name, out KmsPath path)) return Reason.NoRoute;
                SignatureRequest onward = request with { From = configuration.Name, To = route.Next!.Name, At = outbox.Now, Path = path };
                if (Outbox.Seal(configuration, onward) is not { } text) return Reason.NoRoute;
                outbox.Tell(JournalEventKind.SignatureRequested, text, route.Next.Addresses.FirstOrDefault());
                return await outbox.SendAsync(route.Next, text).ConfigureAwait(false) ? null : Reason.Timeout;
            default:
                return Reason.NoRoute;
        }
    }

    private bool IsReplyGood(KeyServerConfiguration configuration, SignatureRequest request, Neighbour from)
    {
        IPEndPoint? own = outbox.OwnAddressToward(configuration, from);

        // An inquiry of this KMS's own has come back as a signature request: only a real one counts, or one of another node.
        if (request.Path.First == configuration.Name) return deliveries.FindOwn(request) is not null || configuration.SiblingAddresses.Contains(request.Reply);
        return ReplyRules.Allow(configuration, request.Reply, request.Path.Count == 1 ? from : null, own);
    }
}
