using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Kms.Benchmarks;

/// <summary>One socket that sends its part of a load and tells answers apart by their DNS ID. Sending allocates nothing.</summary>
internal sealed class Lane : IDisposable
{
    private const int Ids = 1 << 16;
    private const int LongestPacket = 4096;
    private const int BufferBytes = 4 << 20;
    private const int MaximumSamples = 2000;

    /// <summary>How long a receiver waits before it looks at the clock again.</summary>
    private const int RestMilliseconds = 20;

    /// <summary>A packet that is sent later than this after its time is measured from its time on: the load waits for nobody.</summary>
    private static readonly long Late = Stopwatch.Frequency / 500;

    private readonly LoadPlan _plan;
    private readonly PacketPool?[] _pools;
    private readonly PacketKind[] _order;
    private readonly Socket _socket;
    private readonly Slot[] _slots = new Slot[Ids];
    private readonly byte[] _sending = new byte[LongestPacket], _receiving = new byte[LongestPacket];
    private readonly LoadResult _sent = new(), _got = new();
    private readonly List<Sample> _samples = [];
    private int _position;
    private ushort _id;
    private int _honest;

    /// <summary>Opens the socket.</summary>
    /// <param name="plan">The whole load.</param>
    /// <param name="pools">The packets, by kind.</param>
    /// <param name="from">The address to send from; null: the system's choice.</param>
    /// <param name="number">Which lane this is.</param>
    public Lane(LoadPlan plan, PacketPool?[] pools, IPAddress? from, int number)
    {
        (_plan, _pools, _order) = (plan, pools, plan.Mix.Order(plan.Seed + number));
        _socket = new Socket(plan.Target.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = BufferBytes, SendBufferSize = BufferBytes, ReceiveTimeout = RestMilliseconds };
        if (from is not null) _socket.Bind(new IPEndPoint(from, 0));
        _socket.Connect(plan.Target);
    }

    /// <summary>Keeps so many packets waiting for their answers until the time is over.</summary>
    public LoadResult RunClosed(int window)
    {
        long start = Stopwatch.GetTimestamp(), end = start + Ticks(_plan.Length), now = start, lookedAt = start;
        int waiting = 0;
        while (now < end && !_sent.RanOut)
        {
            while (waiting < window && Send(Stopwatch.GetTimestamp()) is { } kind)
            {
                if (kind.WantsAnswer()) waiting++;
            }
            if (Receive()) waiting--;
            now = Stopwatch.GetTimestamp();
            if (now - lookedAt > Ticks(_plan.Patience) / 4)
            {
                waiting -= GiveUp(now);
                lookedAt = now;
            }
        }
        return Finish(start, now, waiting);
    }

    /// <summary>Sends at a rate until the time is over, whatever comes back.</summary>
    public async Task<LoadResult> RunOpenAsync(double rate)
    {
        long start = Stopwatch.GetTimestamp(), end = start + Ticks(_plan.Length);
        bool isSending = true;
        Task receiving = Task.Factory.StartNew(
            () =>
            {
                while (Volatile.Read(ref isSending)) Receive();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.Factory.StartNew(() => SendAtRate(rate, start, end), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        long stopped = Stopwatch.GetTimestamp();
        Volatile.Write(ref isSending, false);
        await receiving;
        return Finish(start, stopped, _slots.Count(slot => slot.Since != 0 && slot.Kind.WantsAnswer()));
    }

    /// <summary>Checks the answers that were put aside, completely.</summary>
    public void CheckSamples(LoadResult result)
    {
        foreach (Sample sample in _samples)
        {
            result.Checked++;
            if (_pools[(int)sample.Kind]!.FindFault(sample.Number, sample.Response, sample.At) is { } fault) result.Faults.Add($"{sample.Kind}: {fault}");
        }
        _samples.Clear();
    }

    public void Dispose() => _socket.Dispose();

    private static long Ticks(TimeSpan span) => (long)(span.TotalSeconds * Stopwatch.Frequency);

    private void SendAtRate(double rate, long start, long end)
    {
        long count = 0;
        while (true)
        {
            long due = start + (long)(count / rate * Stopwatch.Frequency), now = Stopwatch.GetTimestamp();
            if (due >= end) return;
            if (due > now)
            {
                Thread.Sleep(1);
                continue;
            }
            if (Send(now - due > Late ? due : now) is null) return;
            count++;
        }
    }

    /// <summary>Sends the next packet.</summary>
    /// <param name="since">From when its answer is timed.</param>
    /// <returns>Its kind; null where none is left.</returns>
    private PacketKind? Send(long since)
    {
        PacketKind kind = _order[_position];
        _position = (_position + 1) % _order.Length;
        PacketPool pool = _pools[(int)kind]!;
        int number = pool.Take();
        if (number < 0)
        {
            _sent.RanOut = true;
            return null;
        }
        do _id = unchecked((ushort)(_id + 1));
        while (_slots[_id].Since != 0 && _slots[_id].Kind.WantsAnswer() && since - _slots[_id].Since < Ticks(_plan.Patience));
        ref Slot slot = ref _slots[_id];
        slot.Kind = kind;
        slot.Number = number;
        Volatile.Write(ref slot.Since, since);

        ReadOnlySpan<byte> packet = pool[number];
        packet.CopyTo(_sending);
        BinaryPrimitives.WriteUInt16BigEndian(_sending, _id);
        _socket.Send(_sending.AsSpan(0, packet.Length), SocketFlags.None, out _); // nobody listens, or no room: the answer will be missed
        _sent.AddSent(kind);
        return kind;
    }

    /// <summary>Takes one packet, if any comes soon.</summary>
    /// <returns>True where somebody waited for it.</returns>
    private bool Receive()
    {
        int length = _socket.Receive(_receiving, SocketFlags.None, out SocketError error);
        if (error != SocketError.Success || length < sizeof(ushort)) return false;
        ref Slot slot = ref _slots[BinaryPrimitives.ReadUInt16BigEndian(_receiving)];
        long since = Interlocked.Exchange(ref slot.Since, 0);
        if (since == 0) return false;
        ReadOnlySpan<byte> response = _receiving.AsSpan(0, length);
        Outcome outcome = slot.Kind.Judge(response);
        _got.Add(slot.Kind, outcome);
        if (outcome == Outcome.Answered)
        {
            _got.Latency.Record((long)Stopwatch.GetElapsedTime(since).TotalNanoseconds);
            if (slot.Kind.IsHonestInquiry() && _honest++ % _plan.CheckOneOf == 0 && _samples.Count < MaximumSamples)
                _samples.Add(new Sample(slot.Kind, slot.Number, response.ToArray(), DateTimeOffset.UtcNow));
            if (!slot.Kind.WantsAnswer()) _pools[(int)slot.Kind]!.AddAnswer();
        }
        return slot.Kind.WantsAnswer();
    }

    /// <summary>Frees the places of answers that do not come any more.</summary>
    private int GiveUp(long now)
    {
        int given = 0;
        for (int id = 0; id < Ids; id++)
        {
            ref Slot slot = ref _slots[id];
            if (slot.Since == 0 || now - slot.Since < Ticks(_plan.Patience)) continue;
            slot.Since = 0;
            if (slot.Kind.WantsAnswer()) given++;
        }
        return given;
    }

    /// <summary>Waits for what is still on its way; the rest is silence.</summary>
    private LoadResult Finish(long start, long stopped, int waiting)
    {
        while ((waiting > 0 || _pools.Any(pool => pool is { LacksAnswers: true })) && Stopwatch.GetTimestamp() - stopped < Ticks(_plan.Patience))
        {
            if (Receive()) waiting--;
        }
        _got.Add(_sent);
        _got.Elapsed = Stopwatch.GetElapsedTime(start, stopped);
        _got.CountSilence();
        return _got;
    }

    private struct Slot
    {
        public long Since;
        public int Number;
        public PacketKind Kind;
    }

    private readonly record struct Sample(PacketKind Kind, int Number, byte[] Response, DateTimeOffset At);
}
