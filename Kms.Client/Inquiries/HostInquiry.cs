using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>Steps 63 to 65 of the seed's Fig. 6 for one question: asks the addresses of the KMS in turn until one brings a good answer.</summary>
internal sealed class HostInquiry
{
    private readonly Standing _standing;
    private readonly KeyQuestion _question;
    private readonly KmsClientEnvironment _environment;
    private readonly Trace _trace;
    private readonly ResponseJudge _judge;

    public HostInquiry(Standing standing, Anchor anchor, KeyQuestion question, KmsClientEnvironment environment)
    {
        (_standing, _question, _environment) = (standing, question, environment);
        _trace = new Trace(environment.Time, Limits.InquiryTraceSteps);
        _judge = new ResponseJudge(standing, anchor, question, environment, _trace);
    }

    /// <summary>Runs the inquiry to its end.</summary>
    /// <returns>The result; its trace has the steps of this inquiry.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<KeyResult> RunAsync(CancellationToken cancellationToken)
    {
        foreach (IPEndPoint address in _standing.Kms.AddressesToTry)
        {
            await AskAsync(address, cancellationToken).ConfigureAwait(false);
            if (_judge.Result is not { } result) continue;
            _standing.Kms.HasAnsweredAt(address);
            return result with { Trace = _trace.Steps };
        }
        return _judge.Failure with { Trace = _trace.Steps };
    }

    private async Task AskAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        if (!TryFindReply(address, out IPEndPoint? reply)) return;
        MessageText inquiry = _standing.Kms.Seal(NewInquiry(reply!));
        _trace.Add(HostStep.Ask, $"inquiry to {_standing.Kms.Name} at {address}, toward {_question.Kms}", inquiry);
        DnsExchangeResult exchange = await _environment.Exchange.AskAsync(
            address, KmsPacket.Request(0, _question.Name.Value, inquiry.Text), ExchangeSchedule.Host, _judge.Accept, cancellationToken)
            .ConfigureAwait(false);
        if (exchange.IsAnswered) return;
        cancellationToken.ThrowIfCancellationRequested();
        _trace.Add(HostStep.Ask, string.Create(
            CultureInfo.InvariantCulture, $"no good answer from {address} within {ExchangeSchedule.Host.GivenUp.TotalSeconds} s"));
    }

    /// <summary>A new attempt takes a new id; what the exchange repeats is the identical text.</summary>
    private Inquiry NewInquiry(IPEndPoint reply)
    {
        Span<byte> id = stackalloc byte[InquiryId.Size];
        _environment.Random(id);
        DateTimeOffset at = DateTimeOffset.FromUnixTimeSeconds(_environment.Time.GetUtcNow().ToUnixTimeSeconds());
        return new Inquiry(
            _question.Name, _question.Use, _question.Kms, reply, _standing.Configuration.Name, _standing.Kms.Name, new InquiryId(id), at, KmsPath.None);
    }

    private bool TryFindReply(IPEndPoint address, out IPEndPoint? reply)
    {
        reply = _standing.Configuration.Address;
        if (reply is not null) return true;
        try
        {
            reply = new IPEndPoint(_environment.LocalAddress(address), Spec.DnsPort);
            return true;
        }
        catch (SocketException e)
        {
            _trace.Add(HostStep.Ask, $"there is no way to {address}: {e.Message}");
            return false;
        }
    }
}
