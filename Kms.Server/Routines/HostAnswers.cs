using Kms.Protocol;

namespace Kms.Server;

/// <summary>
/// What a host is told: <c>answer</c> and <c>unsolved</c> (steps 48, 465 and 45). They name no host, so a signed one
/// serves every host until near its end; of an answer with a MAC, only the MAC is made for each: it costs next to nothing.
/// </summary>
internal sealed class HostAnswers(IKeyServerJournal journal, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(KeyQuestion, Reason, KmsPath), SignedOnce> _refusals = [];
    private readonly Queue<(KeyQuestion, Reason, KmsPath)> _order = new();

    /// <summary>Steps 48 and 465: the attestation, and the answer that says it is the one that was asked for.</summary>
    /// <param name="configuration">This KMS.</param>
    /// <param name="attested">The attestation, and the path by which it came.</param>
    /// <param name="pairwise">The key of the host that asked with a MAC; null for one that asked with a signature.</param>
    /// <param name="maySign">Asked before a signature is made.</param>
    /// <returns><see cref="Response.Busy"/> where the signer's share is used up.</returns>
    public Response Answer(KeyServerConfiguration configuration, Outcome.Attested attested, PairwiseKey? pairwise, Func<bool> maySign)
    {
        (KeyTableEntry entry, KmsPath path) = attested;
        DateTimeOffset now = UnixTime.Floor(time.GetUtcNow()), servesUntil = now + Spec.AnswerWindow;
        Attestation attestation = entry.Attestation;
        DateTimeOffset expires = servesUntil + Spec.AllowedSkew;
        if (attestation.Expires < expires) expires = attestation.Expires;
        if (expires <= now) return Response.NoAnswer;

        Message Write() => new Answer(attestation.Name, attestation.Use, attestation.Kms, configuration.Name, entry.Text.Digest, path, now, expires);
        MessageText? answer = pairwise is null
            ? attested.Answer.Get(now, configuration, () => maySign() ? (Sign(configuration, Write()), servesUntil) : null)
            : attested.MacAnswer.Get(now, configuration, () => (Authenticate(Write(), pairwise), servesUntil))?.AuthenticatedAnew(pairwise);
        return answer is null ? Response.Busy : Response.Of(answer, entry.Text);
    }

    /// <summary>Step 45: the key cannot be had.</summary>
    /// <inheritdoc cref="Answer"/>
    public Response Refuse(KeyServerConfiguration configuration, KeyQuestion question, Outcome.Refused refused, PairwiseKey? pairwise, Func<bool> maySign)
    {
        DateTimeOffset now = UnixTime.Floor(time.GetUtcNow()), servesUntil = now + Spec.UnsolvedWindow;
        Message Write() => new Unsolved(
            question.Name, question.Use, question.Kms, configuration.Name, refused.Reason, refused.Path, now, servesUntil + Spec.AllowedSkew);
        MessageText? unsolved = pairwise is null
            ? RefusalOf(configuration, question, refused).Get(now, configuration, () => maySign() ? (Sign(configuration, Write()), servesUntil) : null)
            : Authenticate(Write(), pairwise);
        return unsolved is null ? Response.Busy : Response.Of(unsolved);
    }

    private SignedOnce RefusalOf(KeyServerConfiguration configuration, KeyQuestion question, Outcome.Refused refused)
    {
        (KeyQuestion, Reason, KmsPath) key = (question, refused.Reason, refused.Path);
        lock (_lock)
        {
            if (_refusals.TryGetValue(key, out SignedOnce? present)) return present;
            while (_refusals.Count >= configuration.Limits.SignedRefusals)
            {
                // Those that have ended are only in the way; no bound was reached by them.
                if (!_refusals.Remove(_order.Dequeue(), out SignedOnce? first) || first.HasEnded(time.GetUtcNow())) continue;
                journal.Record(new JournalEvent(JournalEventKind.LimitReached, question, default, null, Limit: nameof(Limits.SignedRefusals)));
            }
            _order.Enqueue(key);
            return _refusals[key] = new SignedOnce();
        }
    }

    private static MessageText Authenticate(Message message, PairwiseKey pairwise) =>
        MessageText.TryAuthenticate(message, pairwise, out MessageText? text) ? text : throw TooLong();

    private static MessageText Sign(KeyServerConfiguration configuration, Message message) =>
        MessageText.TrySign(message, configuration.Key, out MessageText? text) ? text : throw TooLong();

    // Its path came in a delivery, which was longer: it cannot happen.
    private static InvalidOperationException TooLong() => new("An answer would pass the greatest length of a message.");
}
