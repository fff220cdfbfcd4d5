using System.Net;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>
/// Key servers joined in memory, without packets: what one sends arrives at once at the other. Every request is noted, and a
/// test may lose or change it on its way. A node that was not started is a puppet: it acknowledges everything and does nothing.
/// </summary>
internal sealed class Network(VirtualTime time) : IDisposable
{
    private readonly List<SentRequest> _sent = [];
    private readonly Dictionary<IPEndPoint, Node> _nodes = [];

    public VirtualTime Time { get; } = time;

    /// <summary>Every request that was sent, in the order in which it left.</summary>
    public IReadOnlyList<SentRequest> Sent
    {
        get { lock (_sent) return [.. _sent]; }
    }

    /// <summary>Decides whether a request arrives; by default all do. One that does not is given up after 3 s.</summary>
    public Func<SentRequest, bool> Arrives { get; set; } = _ => true;

    /// <summary>What arrives instead of what was sent.</summary>
    public Func<SentRequest, SentRequest> Change { get; set; } = sent => sent;

    public Node Add(string name, string domain, params IPEndPoint[] addresses)
    {
        Node node = new(this, DomainName.Parse(name), DomainName.Parse(domain), addresses);
        foreach (IPEndPoint address in addresses) _nodes.Add(address, node);
        return node;
    }

    /// <summary>Gives a node another address; at the old one is nobody.</summary>
    public void Move(Node node, IPEndPoint address)
    {
        foreach (IPEndPoint old in node.Addresses) _nodes.Remove(old);
        _nodes.Add(address, node);
        node.Addresses = [address];
    }

    public void Forget()
    {
        lock (_sent) _sent.Clear();
    }

    public void Dispose()
    {
        foreach (Node node in _nodes.Values.Distinct()) node.Dispose();
    }

    internal async Task<bool> SendAsync(SentRequest sent, CancellationToken cancellation)
    {
        lock (_sent) _sent.Add(sent);
        if (!Arrives(sent) || !_nodes.TryGetValue(sent.To, out Node? node) || node.IsDown)
        {
            await Task.Delay(ExchangeSchedule.BetweenServers.GivenUp, Time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return false;
        }
        SentRequest arriving = Change(sent);
        if (node.IsStarted)
        {
            Response response = await node.ReceiveAsync(sent.From, isStream: false, arriving.Attestation is null ? [arriving.Text] : [arriving.Text, arriving.Attestation]).ConfigureAwait(false);
            sent.Acknowledged = response.Messages is [{ Message: Acknowledgement { Of: var of } }] && of == sent.Text.Digest;
        }
        else
        {
            sent.Acknowledged = true;
        }
        return sent.Acknowledged;
    }
}
