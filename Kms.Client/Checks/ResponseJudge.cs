using Kms.Protocol;

namespace Kms.Client;

/// <summary>
/// Step 64 for one question: judges every response to it, whichever address it comes from. One that fails leaves nothing
/// but a remark, and the wait goes on; the first good one is kept (step 65) and ends it.
/// </summary>
internal sealed class ResponseJudge(Standing standing, Anchor anchor, KeyQuestion question, KmsClientEnvironment environment, Trace trace)
{
    private readonly ResponseChecks _checks = new(standing.Kms, anchor, question);
    private KeyRefused? _refused;
    private KeyFailed? _failed;

    /// <summary>What an accepted message says; null while none was accepted.</summary>
    public KeyResult? Result { get; private set; }

    /// <summary>The most telling of what went wrong. A failed check says more than a response without a message, and that more than silence.</summary>
    public KeyResult Failure => (KeyResult?)_refused ?? _failed
        ?? new KeyFailed(question.Name, question.Use, FailureKind.NoAnswer,
            $"no answer of {standing.Kms.Name} came, which is also how it treats a host that it does not know, a wrong signature, and a wrong clock");

    /// <summary>Judges a response.</summary>
    /// <returns>True where it ends the exchange with this address; <see cref="Result"/> is set if it ends the inquiry.</returns>
    public bool Accept(DnsMessage response, DnsTransport transport)
    {
        if (response.ResponseCode == DnsResponseCode.NoError && ResponseMessages.HasAny(response)) return AcceptMessages(response);

        // Anybody can forge this over UDP; over TCP it is as good as the connection, and nothing more comes on it.
        Remember(WithoutMessage(response));
        return transport == DnsTransport.Tcp;
    }

    private bool AcceptMessages(DnsMessage response)
    {
        DateTimeOffset now = environment.Time.GetUtcNow();
        if (!ResponseMessages.TryRead(response, out ResponseMessages? messages, out string? detail))
            return Refuse(Check.Form, detail, null);
        if (!_checks.TryPass(messages, now, out PublicKey? verifiedBy, out Check failed, out detail))
            return Refuse(failed, detail, messages.Sealed);
        return messages.Attestation is { } attestation
            ? Keep((Answer)messages.Sealed.Message, attestation, verifiedBy!, now)
            : Believe((Unsolved)messages.Sealed.Message, messages.Sealed, now);
    }

    /// <summary>Step 65.</summary>
    private bool Keep(Answer answer, MessageText attestation, PublicKey verifiedBy, DateTimeOffset now)
    {
        KeyTableEntry entry = new(attestation, verifiedBy, answer.From, answer.Path, now);
        if (!environment.Table.TryKeep(entry, now, out string? trouble))
            return Refuse(Check.Mark, $"another key was attested later than {entry.At:u}, when this one was read: it has been replaced", attestation);
        trace.Add(HostStep.Check, $"the answer of {answer.From} and the attestation of {question.Kms} pass every check", attestation);
        trace.Add(HostStep.Keep, trouble is null ? $"kept until {entry.Expires:u}" : $"not kept: {trouble}");
        Result = new KeyFound(entry, KeySource.Network) { NotKept = trouble };
        return true;
    }

    private bool Believe(Unsolved unsolved, MessageText text, DateTimeOffset now)
    {
        string reason = ReasonText.Of(unsolved.Reason);
        if (environment.Table.HasMark(question.Name, question.Use, now))
            return Refuse(Check.UnsolvedWithoutMark, $"{unsolved.From} says \"{reason}\", and a trusted KMS has attested a key not long ago", text);
        trace.Add(HostStep.Check, $"{unsolved.From} says, authenticated, that the key cannot be had: {reason}", text);
        Result = unsolved.Reason == Reason.NotFound
            ? new KeyAbsent(unsolved)
            : new KeyFailed(question.Name, question.Use, FailureKind.Unsolved, $"{unsolved.From} says \"{reason}\"") { Unsolved = unsolved };
        return true;
    }

    private KeyFailed WithoutMessage(DnsMessage response)
    {
        ExtendedError? error = response.Edns?.ExtendedError;
        string extended = error is null ? "" : $", extended error {(int)error.Code} ({ReasonText.Of(error.Code)})";
        return response.ResponseCode == DnsResponseCode.ServFail
            ? new KeyFailed(question.Name, question.Use, FailureKind.ServerFailure, $"{standing.Kms.Name} answers SERVFAIL{extended}") { ExtendedError = error }
            : new KeyFailed(question.Name, question.Use, FailureKind.NoMessage,
                $"a DNS response without a message came ({response.ResponseCode}{extended}): there is no KMS at that address")
            { ExtendedError = error };
    }

    private void Remember(KeyFailed failed)
    {
        trace.Add(HostStep.Check, failed.Detail);
        if (_failed is null || failed.Kind >= _failed.Kind) _failed = failed;
    }

    private bool Refuse(Check check, string detail, MessageText? message)
    {
        trace.Add(HostStep.Check, $"refused, check {(int)check} ({check}): {detail}", message);
        if (_refused is null || check >= _refused.Check) _refused = new KeyRefused(question.Name, question.Use, check, detail);
        return false;
    }
}
