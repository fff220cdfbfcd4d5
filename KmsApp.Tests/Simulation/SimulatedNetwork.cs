using System.Net;
using System.Net.Sockets;

namespace KmsApp.Tests.Simulation;

/// <summary>A network in memory and virtual time, with the faults of the run's plan. Latencies differ, so packets overtake each other.</summary>
internal sealed class SimulatedNetwork(VirtualTime time, Plan plan, Dice dice)
{
    private readonly Dictionary<IPEndPoint, Action<Datagram?>> _bound = [];
    private readonly Dictionary<IPEndPoint, Func<byte[], IPEndPoint, Task<byte[]?>>> _streams = [];
    private readonly HashSet<(IPAddress From, IPAddress To)> _cut = [];
    private int _lastPort = 20_000;

    /// <summary>Whether faults happen; latency stays.</summary>
    public bool IsFaulty { get; set; } = true;

    /// <summary>Sees every packet that an honest machine sends, and may put others on their way.</summary>
    public Action<Datagram> Observed { get; set; } = _ => { };

    public IPEndPoint NewPort(IPAddress own) => new(own, ++_lastPort);

    public void Bind(IPEndPoint own, Action<Datagram?> arrive) => _bound.Add(own, arrive);

    public void Unbind(IPEndPoint own) => _bound.Remove(own);

    public void Serve(IPEndPoint own, Action<Datagram?> arrive, Func<byte[], IPEndPoint, Task<byte[]?>> ask)
    {
        _bound.Add(own, arrive);
        _streams.Add(own, ask);
    }

    public void Unserve(IPEndPoint own)
    {
        _bound.Remove(own);
        _streams.Remove(own);
    }

    /// <summary>Cuts the way from one machine to another; the way back stays.</summary>
    public void Cut(IPAddress from, IPAddress to) => _cut.Add((from, to));

    /// <summary>Heals every cut.</summary>
    public void Heal() => _cut.Clear();

    /// <summary>Sends a packet, which may be lost, come late, or come twice.</summary>
    public void Send(Datagram datagram)
    {
        Observed(datagram);
        if (IsCut(datagram.From, datagram.To) || Happens(plan.Loss)) return;
        Deliver(datagram, Latency());
        if (Happens(plan.Duplication)) Deliver(datagram, Latency() + dice.Between(0, 2));
    }

    /// <summary>Brings a packet to its receiver after so long, without faults.</summary>
    public void Deliver(Datagram datagram, TimeSpan latency) => time.CreateTimer(
        _ =>
        {
            if (_bound.TryGetValue(datagram.To, out Action<Datagram?>? arrive)) arrive(datagram);
            else if (Happens(plan.Unreachable) && _bound.TryGetValue(datagram.From, out Action<Datagram?>? sender)) sender(null);
        },
        null, latency, Timeout.InfiniteTimeSpan);

    /// <summary>One request and its response over a stream.</summary>
    public async Task<byte[]> AskStreamAsync(IPEndPoint from, IPEndPoint to, byte[] packet, CancellationToken cancellation)
    {
        await Task.Delay(Latency() + Latency(), time, cancellation).ConfigureAwait(false);
        if (IsCut(from, to) || IsCut(to, from)) await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation).ConfigureAwait(false);
        if (!_streams.TryGetValue(to, out Func<byte[], IPEndPoint, Task<byte[]?>>? ask)) throw new SocketException((int)SocketError.ConnectionRefused);
        if (Happens(plan.Loss / 2)) throw new SocketException((int)SocketError.ConnectionReset);
        Observed(new Datagram(from, to, packet));
        byte[] response = await ask(packet, from).WaitAsync(cancellation).ConfigureAwait(false) ?? throw new IOException("The connection was closed.");
        if (Happens(plan.Loss / 2)) throw new SocketException((int)SocketError.ConnectionReset);
        await Task.Delay(Latency(), time, cancellation).ConfigureAwait(false);
        return response;
    }

    private bool IsCut(IPEndPoint from, IPEndPoint to) => _cut.Contains((from.Address, to.Address));

    private bool Happens(double probability) => IsFaulty && probability > 0 && dice.Chance(probability);

    private TimeSpan Latency() => Happens(plan.LongDelay) ? dice.Between(0.5, 8) : dice.Between(0.0002, plan.MostLatency);
}
