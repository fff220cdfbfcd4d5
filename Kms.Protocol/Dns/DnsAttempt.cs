using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Kms.Protocol;

/// <summary>
/// The course of one <see cref="DnsExchange"/>: a sender and a listener over UDP, a worker over TCP and the deadline.
/// Whoever has the answer, or sees the end, cancels the others; the run ends when all have ended.
/// </summary>
internal sealed class DnsAttempt : IDisposable
{
    /// <summary>The longest packet that is heard over UDP, in bytes: more than was offered, for servers that take no heed.</summary>
    internal const int MaximumUdpLength = 4096;

    /// <summary>
    /// The rest after a receive that failed, so that a socket that always fails costs nothing. A packet that comes
    /// meanwhile waits in the socket.
    /// </summary>
    internal static readonly TimeSpan RestAfterFault = TimeSpan.FromMilliseconds(10);

    private readonly IDnsWire _wire;
    private readonly TimeProvider _time;
    private readonly IPEndPoint _server;
    private readonly DnsMessage _request;
    private readonly byte[] _packet;
    private readonly ExchangeSchedule _schedule;
    private readonly Func<DnsMessage, DnsTransport, bool> _accept;
    private readonly long _start;
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenSource _tcpWait;
    private readonly Lock _gate = new();
    private DnsMessage? _answer;
    private string? _trouble;
    private volatile bool _tcpUnderWay;

    internal DnsAttempt(
        IDnsWire wire,
        TimeProvider time,
        IPEndPoint server,
        DnsMessage request,
        ExchangeSchedule schedule,
        Func<DnsMessage, DnsTransport, bool> accept,
        CancellationToken cancellationToken)
    {
        (_wire, _time, _server, _request, _schedule, _accept) = (wire, time, server, request, schedule, accept);
        _packet = request.ToArray();
        _start = time.GetTimestamp();
        _over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _tcpWait = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
    }

    private bool UsesUdp => _schedule.UdpSends.Count > 0 && _packet.Length <= Spec.UdpPayloadSize;

    /// <summary>What went wrong on the connection, for people; null where nothing did, or none was made.</summary>
    internal string? Trouble => _trouble;

    /// <summary>Runs the exchange to its end.</summary>
    /// <returns>The accepted response, or null.</returns>
    internal async Task<DnsMessage?> RunAsync()
    {
        Task deadline = GiveUpAsync();
        try
        {
            await Task.WhenAll(UsesUdp ? OverUdpAsync() : Task.CompletedTask, OverTcpAsync()).ConfigureAwait(false);
        }
        finally
        {
            End();
            await deadline.ConfigureAwait(false);
        }

        return _answer;
    }

    /// <summary>Frees what the run has used; only after it has ended.</summary>
    public void Dispose()
    {
        _tcpWait.Dispose();
        _over.Dispose();
    }

    private async Task GiveUpAsync()
    {
        await WaitUntilAsync(_schedule.GivenUp, _over.Token).ConfigureAwait(false);
        End();
    }

    private async Task OverUdpAsync()
    {
        IDnsConversation conversation;
        try
        {
            conversation = _wire.OpenUdp(_server);
        }
        catch (Exception trouble) when (IsOfNetwork(trouble))
        {
            return;
        }

        using (conversation)
        {
            await Task.WhenAll(SendAsync(conversation), ListenAsync(conversation)).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(IDnsConversation conversation)
    {
        foreach (TimeSpan at in _schedule.UdpSends)
        {
            await WaitUntilAsync(at, _over.Token).ConfigureAwait(false);
            if (_over.IsCancellationRequested) return;
            // While TCP is under way, another packet would only cost the server another look.
            if (_tcpUnderWay) continue;
            // A send may report the fault of an earlier packet and then has sent nothing; the second one tells the truth.
            if (!await TrySendAsync(conversation).ConfigureAwait(false))
                await TrySendAsync(conversation).ConfigureAwait(false);
        }
    }

    private async Task<bool> TrySendAsync(IDnsConversation conversation)
    {
        try
        {
            await conversation.SendAsync(_packet, _over.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception trouble) when (IsOfNetwork(trouble) || IsOfTheEnd(trouble))
        {
            return false;
        }
    }

    private async Task ListenAsync(IDnsConversation conversation)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaximumUdpLength);
        try
        {
            await ListenAsync(conversation, buffer.AsMemory(0, MaximumUdpLength)).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task ListenAsync(IDnsConversation conversation, Memory<byte> buffer)
    {
        while (!_over.IsCancellationRequested)
        {
            int length;
            try
            {
                length = await conversation.ReceiveAsync(buffer, _over.Token).ConfigureAwait(false);
            }
            catch (Exception trouble) when (IsOfNetwork(trouble))
            {
                await WaitAsync(RestAfterFault, _over.Token).ConfigureAwait(false);
                continue;
            }
            catch (Exception trouble) when (IsOfTheEnd(trouble))
            {
                return;
            }

            Judge(buffer.Span[..length], DnsTransport.Udp);
        }
    }

    private async Task OverTcpAsync()
    {
        if (UsesUdp) await WaitUntilAsync(_schedule.TcpStart, _tcpWait.Token).ConfigureAwait(false);
        if (_over.IsCancellationRequested) return;
        _tcpUnderWay = true;
        byte[] packet;
        try
        {
            packet = await _wire.AskTcpAsync(_server, _packet, _over.Token).ConfigureAwait(false);
        }
        catch (Exception trouble) when (IsOfNetwork(trouble))
        {
            _trouble = trouble.Message; // else silence; UDP is still listened to
            return;
        }
        catch (Exception trouble) when (IsOfTheEnd(trouble))
        {
            return;
        }
        finally
        {
            _tcpUnderWay = false;
        }

        Judge(packet, DnsTransport.Tcp);
    }

    private void Judge(ReadOnlySpan<byte> packet, DnsTransport transport)
    {
        if (!DnsMessage.TryRead(packet, out DnsMessage? message, out _) || !IsResponse(message)) return;
        if (message.Truncated)
        {
            if (transport == DnsTransport.Udp) _tcpWait.Cancel();
            return;
        }

        try
        {
            lock (_gate)
            {
                if (_answer is null && _accept(message, transport)) _answer = message;
            }
        }
        catch
        {
            End();
            throw;
        }

        if (_answer is not null) End();
    }

    private bool IsResponse(DnsMessage message) =>
        message.IsResponse && message.Id == _request.Id && message.Opcode == _request.Opcode
        && message.Questions is [var question] && question.Asks(_request.Questions[0]);

    private void End() => _over.Cancel();

    private Task WaitUntilAsync(TimeSpan at, CancellationToken cancellationToken) =>
        WaitAsync(at - _time.GetElapsedTime(_start), cancellationToken);

    /// <summary>
    /// Waits, and ends without an exception when it is cancelled. Unlike <c>Task.Delay</c> it goes on inline then too, so
    /// that virtual time is exact.
    /// </summary>
    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        if (wait <= TimeSpan.Zero) return;
        var waited = new TaskCompletionSource();
        using ITimer timer = _time.CreateTimer(_ => waited.TrySetResult(), null, wait, Timeout.InfiniteTimeSpan);
        using CancellationTokenRegistration registration = cancellationToken.Register(() => waited.TrySetResult());
        await waited.Task.ConfigureAwait(false);
    }

    private static bool IsOfNetwork(Exception trouble) => trouble is SocketException or IOException;

    private bool IsOfTheEnd(Exception trouble) => trouble is OperationCanceledException && _over.IsCancellationRequested;
}
