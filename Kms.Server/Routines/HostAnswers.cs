using Kms.Protocol;

namespace Kms.Server;

/// <summary>
/// What a host is told: <c>answer</c> and <c>unsolved</c> (steps 48, 465 and 45). They name no host, so a signed one
/// serves every host until near its end; of an answer with a MAC, only the MAC is made for each: it costs next to nothing.
/// </summary>
internal sealed class HostAnswers(Rates rates, IKeyServerJournal journal, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(KeyQuestion, Reason, KmsPath), SignedOnce> _refusals = [];
    private readonly Queue<(KeyQuestion, Reason, KmsPath)> _order = new();

    /// <summary>Steps 48 and 465: the attestation, and the answer that says it is the one that was asked for.</summary>
    /// <param name="configuration">This KMS.</param>
    /// <param name="attested">The attestation, and the path by which it came.</param>
    /// <param name="host">Who asks.</param>
    /// <param name="pairwise">The key of a host that asks with a MAC; null for one that asks with a signature.</param>
    /// <returns><see cref="Response.Busy"/> where the host's share of signatures is used up.</returns>
    public Response Answer(KeyServerConfiguration configuration, Outcome.Attested attested, DomainName host, PairwiseKey? pairwise)
    {
        DateTimeOffset now = UnixTime.Floor(time.GetUtcNow());
        Attestation attestation = attested.Entry.Attestation;
        if (attestation.Expires <= now) return Response.NoAnswer;
        SignedOnce once = pairwise is null ? attested.Answer : attested.MacAnswer;
        if (once.Ready(now, configuration) is { } ready) return Response.Answering(ready, pairwise, attested.Entry.Text);

        DateTimeOffset servesUntil = now + Spec.AnswerWindow, expires = servesUntil + Spec.AllowedSkew;
        if (attestation.Expires < expires) expires = attestation.Expires;
        Answer answer = new(attestation.Name, attestation.Use, attestation.Kms, configuration.Name, attested.Entry.Text.Digest, attested.Path, now, expires);
        return once.Get(now, configuration, () => Seal(configuration, answer, host, pairwise), servesUntil) is { } text
            ? Response.Answering(text, pairwise, attested.Entry.Text)
            : Response.Busy;
    }

    /// <summary>Step 45: the key cannot be had.</summary>
    /// <inheritdoc cref="Answer"/>
    public Response Refuse(KeyServerConfiguration configuration, KeyQuestion question, Outcome.Refused refused, DomainName host, PairwiseKey? pairwise)
    {
        DateTimeOffset now = UnixTime.Floor(time.GetUtcNow()), servesUntil = now + Spec.UnsolvedWindow;
        Unsolved unsolved = new(
            question.Name, question.Use, question.Kms, configuration.Name, refused.Reason, refused.Path, now, servesUntil + Spec.AllowedSkew);
        MessageText? text = pairwise is null
            ? RefusalOf(configuration, question, refused).Get(now, configuration, () => Seal(configuration, unsolved, host, pairwise), servesUntil)
            : Seal(configuration, unsolved, host, pairwise);
        return text is null ? Response.Busy : Response.Refusing(text);
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

    /// <summary>Null where a signature is wanted and the host's share of them is used up.</summary>
    private MessageText? Seal(KeyServerConfiguration configuration, Message message, DomainName host, PairwiseKey? pairwise)
    {
        if (pairwise is null && !rates.Signatures.TryTake(host, configuration.Limits.SignaturesForHost)) return null;
        bool fits = pairwise is null ? MessageText.TrySign(message, configuration.Key, out MessageText? text) : MessageText.TryAuthenticate(message, pairwise, out text);

        // Its path came in a delivery, which was longer: it cannot happen.
        return fits ? text : throw new InvalidOperationException("An answer would pass the greatest length of a message.");
    }
}
