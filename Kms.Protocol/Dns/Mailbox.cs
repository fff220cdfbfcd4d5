namespace Kms.Protocol;

/// <summary>Packets that wait for the one who takes them. Who takes goes on at once, on the thread of who posts.</summary>
internal sealed class Mailbox
{
    /// <summary>The most packets that wait; what comes beyond them is lost, as in a socket.</summary>
    private const int Capacity = 16;

    private readonly Lock _lock = new();
    private readonly Queue<byte[]> _packets = new(1);
    private TaskCompletionSource<bool>? _arrival;

    /// <summary>Puts a packet in.</summary>
    public void Post(byte[] packet)
    {
        TaskCompletionSource<bool>? arrival;
        lock (_lock)
        {
            if (_packets.Count == Capacity) return;
            _packets.Enqueue(packet);
            (arrival, _arrival) = (_arrival, null);
        }
        arrival?.TrySetResult(true);
    }

    /// <summary>Takes the next packet out. One caller at a time.</summary>
    /// <param name="buffer">Where it is written; one that is longer is cut off.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <returns>Its length, in bytes; 0 where the wait was cancelled.</returns>
    public async ValueTask<int> TakeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            TaskCompletionSource<bool> arrival;
            lock (_lock)
            {
                if (_packets.TryDequeue(out byte[]? packet))
                {
                    int length = Math.Min(packet.Length, buffer.Length);
                    packet.AsSpan(0, length).CopyTo(buffer.Span);
                    return length;
                }
                arrival = _arrival = new TaskCompletionSource<bool>();
            }
            CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(static state => ((TaskCompletionSource<bool>)state!).TrySetResult(false), arrival);
            await using (registration.ConfigureAwait(false))
            {
                if (!await arrival.Task.ConfigureAwait(false)) return 0;
            }
        }
    }
}
