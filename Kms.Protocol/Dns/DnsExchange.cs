using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;

namespace Kms.Protocol;

/// <summary>
/// One request to one DNS server and the wait for its response, over UDP with repetition and then over TCP
/// (docs/PROTOCOL.md, section 2). Safe for any number of exchanges at once.
/// </summary>
/// <param name="wire">Carries the packets.</param>
/// <param name="time">Measures the schedule.</param>
/// <param name="newId">Makes DNS IDs that cannot be guessed; by default the system's random numbers.</param>
public sealed class DnsExchange(IDnsWire wire, TimeProvider time, Func<ushort>? newId = null)
{
    private readonly Func<ushort> _newId = newId ?? NewId;

    /// <summary>The same over another wire.</summary>
    /// <param name="other">Carries the packets instead.</param>
    public DnsExchange Over(IDnsWire other) => new(other, time, _newId);

    /// <summary>
    /// Sends a request until a response is accepted, the schedule ends, or the caller cancels. Whatever else arrives is
    /// ignored and the wait goes on: broken packets, other IDs or questions, what <paramref name="accept"/> refuses,
    /// and reports that the port is unreachable. Trouble with the network is never an exception.
    /// </summary>
    /// <param name="server">The server's address and port.</param>
    /// <param name="request">The request, with one question; its ID is replaced by a new one.</param>
    /// <param name="schedule">When what is sent.</param>
    /// <param name="accept">
    /// Judges a response that has QR=1, TC=0 and the ID and question of the request. Called for one response at a time.
    /// What it throws ends the exchange and reaches the caller.
    /// </param>
    /// <param name="cancellationToken">Ends the exchange at once.</param>
    /// <returns>The accepted response, or why there is none. No socket, timer or task of the exchange is left.</returns>
    /// <exception cref="ArgumentException">The request has no question, or more than one.</exception>
    public Task<DnsExchangeResult> AskAsync(
        IPEndPoint server,
        DnsMessage request,
        ExchangeSchedule schedule,
        Func<DnsMessage, bool> accept,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(accept);
        return AskAsync(server, request, schedule, (response, _) => accept(response), cancellationToken);
    }

    /// <summary>As the other, with a judge who is also told how a response came: TCP is hard to forge, UDP is not.</summary>
    /// <inheritdoc cref="AskAsync(IPEndPoint, DnsMessage, ExchangeSchedule, Func{DnsMessage, bool}, CancellationToken)"/>
    public async Task<DnsExchangeResult> AskAsync(
        IPEndPoint server,
        DnsMessage request,
        ExchangeSchedule schedule,
        Func<DnsMessage, DnsTransport, bool> accept,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(accept);
        if (request.Questions.Count != 1) throw new ArgumentException("A request has one question.", nameof(request));
        if (cancellationToken.IsCancellationRequested) return new(DnsExchangeOutcome.Cancelled, null);

        using var attempt = new DnsAttempt(
            wire, time, server, request with { Id = _newId() }, schedule, accept, cancellationToken);
        DnsMessage? response = await attempt.RunAsync().ConfigureAwait(false);
        if (response is not null) return new(DnsExchangeOutcome.Answered, response);
        return cancellationToken.IsCancellationRequested
            ? new(DnsExchangeOutcome.Cancelled, null)
            : new(DnsExchangeOutcome.NoAnswer, null) { Trouble = attempt.Trouble };
    }

    private static ushort NewId()
    {
        Span<byte> id = stackalloc byte[2];
        RandomNumberGenerator.Fill(id);
        return BinaryPrimitives.ReadUInt16BigEndian(id);
    }
}
