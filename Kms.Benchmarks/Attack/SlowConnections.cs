using System.Net;
using System.Net.Sockets;
using KmsApp.Tests;

namespace Kms.Benchmarks;

/// <summary>Connections that the server must hold for long. One that the server closes is made again.</summary>
/// <param name="session">The target.</param>
/// <param name="count">How many at a time.</param>
internal sealed class SlowConnections(LoadSession session, int count)
{
    private const int SmallBuffer = 4096;

    private static readonly TimeSpan Slowly = TimeSpan.FromSeconds(1);

    private int _made, _sent;

    /// <summary>What is done over them.</summary>
    public enum Habit
    {
        /// <summary>Nothing.</summary>
        Idle,

        /// <summary>An inquiry comes, a byte a second.</summary>
        Drip,

        /// <summary>Inquiries come, one a second, and no answer is read.</summary>
        Deaf,
    }

    /// <summary>Holds them.</summary>
    /// <returns>How many connections were made a second, and what was sent.</returns>
    public async Task<(double Rate, string Became)> RunAsync(Habit habit, TimeSpan length)
    {
        (_made, _sent) = (0, 0);
        PacketPool inquiries = session.Prepare(PacketKind.Warm, habit == Habit.Deaf ? (int)(count * (length / Slowly)) : count);
        using CancellationTokenSource over = new(length);
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => HoldAsync(habit, i, inquiries, over.Token)));
        return (_made / length.TotalSeconds, $"{_made:N0} connections, {_sent:N0} {(habit == Habit.Drip ? "bytes" : "inquiries")} sent");
    }

    private async Task HoldAsync(Habit habit, int number, PacketPool inquiries, CancellationToken over)
    {
        byte[] drip = RawDns.Framed(inquiries[number % count]);
        while (!over.IsCancellationRequested)
        {
            try
            {
                using Socket socket = new(session.Asked.Dns.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = SmallBuffer };
                socket.Bind(new IPEndPoint(Sources.Any(), 0));
                await socket.ConnectAsync(session.Asked.Dns, over);
                Interlocked.Increment(ref _made);
                switch (habit)
                {
                    case Habit.Idle:
                        await socket.ReceiveAsync(new byte[1], SocketFlags.None, over);
                        break;
                    case Habit.Drip:
                        for (int i = 0; i < drip.Length; i++)
                        {
                            await socket.SendAsync(drip.AsMemory(i, 1), SocketFlags.None, over);
                            Interlocked.Increment(ref _sent);
                            await Task.Delay(Slowly, over);
                        }
                        break;
                    default:
                        while (inquiries.Take() is >= 0 and var next)
                        {
                            await socket.SendAsync(RawDns.Framed(inquiries[next]), SocketFlags.None, over);
                            Interlocked.Increment(ref _sent);
                            await Task.Delay(Slowly, over);
                        }
                        await Task.Delay(Timeout.Infinite, over);
                        break;
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Closed by the server, or over.
            }
        }
    }
}
