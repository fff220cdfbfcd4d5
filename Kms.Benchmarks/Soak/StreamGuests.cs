using System.Net.Sockets;
using KmsApp.Tests;

namespace Kms.Benchmarks;

/// <summary>Those who come over TCP: with an inquiry, or to break off.</summary>
internal sealed class StreamGuests(LoadSession session)
{
    private const int MadeAtOnce = 50;

    private readonly Lock _gate = new();
    private readonly List<string> _faults = [];
    private PacketPool? _inquiries;
    private int _asked, _answered;

    /// <summary>How many inquiries were sent.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>How many were answered, and rightly.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>What was wrong.</summary>
    public IReadOnlyList<string> Faults
    {
        get { lock (_gate) return [.. _faults]; }
    }

    /// <summary>Makes new inquiries; the former ones grow too old.</summary>
    public void Prepare() => _inquiries = session.Prepare(Mix.Of(PacketKind.Warm), MadeAtOnce)[0];

    /// <summary>Asks once, and checks the answer completely.</summary>
    public async Task AskAsync()
    {
        if (_inquiries is not { } inquiries || inquiries.Take() is var number && number < 0) return;
        Interlocked.Increment(ref _asked);
        try
        {
            byte[] answer = await RawDns.AskTcpAsync(session.Asked.Dns, inquiries[number]);
            if (inquiries.FindFault(number, answer, DateTimeOffset.UtcNow) is { } fault) Tell(fault);
            else Interlocked.Increment(ref _answered);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            // No answer is not a wrong one.
        }
    }

    /// <summary>Comes, says half of something and goes; every other time without a farewell.</summary>
    public async Task BreakOffAsync(bool isAbrupt)
    {
        try
        {
            using Socket socket = new(session.Asked.Dns.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(session.Asked.Dns);
            await socket.SendAsync(new byte[] { 0x10, 0, 1, 2, 3 });
            if (isAbrupt) socket.LingerState = new LingerOption(true, 0);
        }
        catch (SocketException)
        {
            // It has not even got in.
        }
    }

    private void Tell(string fault)
    {
        lock (_gate) _faults.Add($"{DateTime.UtcNow:T} over TCP: {fault}");
    }
}
