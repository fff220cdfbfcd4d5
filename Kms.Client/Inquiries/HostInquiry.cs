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
    private string? _trouble;

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
        foreach (KmsAddress address in _standing.Kms.AddressesToTry)
        {
            await AskAsync(address, cancellationToken).ConfigureAwait(false);
            if (_judge.Result is not { } result) continue;
            _standing.Kms.HasAnsweredAt(address);
            return result with { Trace = _trace.Steps };
        }
        return Failure with { Trace = _trace.Steps };
    }

    /// <summary>Silence may have a reason that was seen, such as a server that is not who it must be.</summary>
    private KeyResult Failure => _judge.Failure is KeyFailed { Kind: FailureKind.NoAnswer } silent && _trouble is not null
        ? silent with { Detail = $"{silent.Detail}; {_trouble}" }
        : _judge.Failure;

    private Task AskAsync(KmsAddress address, CancellationToken cancellationToken) => address.Tls is { } server
        ? AskOverTlsAsync(address, server, cancellationToken)
        : AskAsync(address, (IPEndPoint)address.Endpoint, _environment.Exchange, ExchangeSchedule.Host, cancellationToken);

    /// <summary>
    /// Over TLS and in no other way: who is not who he must be is passed over. All addresses of a name share the time
    /// that any address of the KMS has.
    /// </summary>
    private async Task AskOverTlsAsync(KmsAddress address, TlsServer server, CancellationToken cancellationToken)
    {
        long start = _environment.Time.GetTimestamp();
        DnsExchange exchange = _environment.Exchange.Over(_environment.OverTls(server));
        foreach (IPEndPoint endpoint in await FindAsync(address, cancellationToken).ConfigureAwait(false))
        {
            TimeSpan left = ExchangeSchedule.HostOverTls.GivenUp - _environment.Time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return;
            ExchangeSchedule schedule = ExchangeSchedule.HostOverTls with { GivenUp = left };
            if (await AskAsync(address, endpoint, exchange, schedule, cancellationToken).ConfigureAwait(false)) return;
        }
    }

    /// <summary>Asks at one endpoint.</summary>
    /// <returns>Whether a response was accepted, be it only one that ends the wait here.</returns>
    private async Task<bool> AskAsync(
        KmsAddress address, IPEndPoint endpoint, DnsExchange exchange, ExchangeSchedule schedule, CancellationToken cancellationToken)
    {
        string at = address.Endpoint is DnsEndPoint ? $"{address} ({endpoint})" : address.ToString();
        if (!TryFindReply(endpoint, at, out IPEndPoint? reply)) return false;
        MessageText inquiry = _standing.Kms.Seal(NewInquiry(reply!));
        _trace.Add(HostStep.Ask, $"inquiry to {_standing.Kms.Name} at {at}, toward {_question.Kms}", inquiry);
        DnsMessage request = KmsPacket.Request(0, _question.Name.Value, inquiry.Text);
        DnsExchangeResult result = await exchange.AskAsync(endpoint, request, schedule, _judge.Accept, cancellationToken).ConfigureAwait(false);
        if (result.IsAnswered) return true;
        cancellationToken.ThrowIfCancellationRequested();
        if (result.Trouble is { } trouble) PassOver($"no good answer from {at}: {trouble}");
        else _trace.Add(HostStep.Ask, string.Create(CultureInfo.InvariantCulture, $"no good answer from {at} within {schedule.GivenUp.TotalSeconds:0.#} s"));
        return false;
    }

    private async Task<IEnumerable<IPEndPoint>> FindAsync(KmsAddress address, CancellationToken cancellationToken)
    {
        if (address.Endpoint is IPEndPoint endpoint) return [endpoint];
        var name = (DnsEndPoint)address.Endpoint;
        try
        {
            IPAddress[] found = await _environment.Resolve(name.Host, cancellationToken)
                .WaitAsync(Limits.ResolutionTime, _environment.Time, cancellationToken).ConfigureAwait(false);
            return found.Take(Limits.ResolvedAddresses).Select(ip => new IPEndPoint(ip, name.Port));
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            PassOver($"the system's resolver does not find {name.Host} for {address}: {e.Message}");
            return [];
        }
    }

    private void PassOver(string trouble)
    {
        _trouble = trouble;
        _trace.Add(HostStep.Ask, trouble);
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

    private bool TryFindReply(IPEndPoint endpoint, string at, out IPEndPoint? reply)
    {
        reply = _standing.Configuration.Address;
        if (reply is not null) return true;
        try
        {
            reply = new IPEndPoint(_environment.LocalAddress(endpoint), Spec.DnsPort);
            return true;
        }
        catch (SocketException e)
        {
            PassOver($"there is no way to {at}: {e.Message}");
            return false;
        }
    }
}
