using System.Net;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>
/// Key servers joined in memory, without packets: what one sends arrives at once at the other. Every request is noted,
/// and a test may change, lose or add one on its way.
/// </summary>
internal sealed class Network(VirtualTime time) : IDisposable
{
    private readonly Dictionary<IPEndPoint, Node> _nodes = [];

    public VirtualTime Time { get; } = time;

    /// <summary>Every request that was sent, in order.</summary>
    public List<(MessageText Request, IPEndPoint To, bool Acknowledged)> Sent { get; } = [];

    /// <summary>Decides whether a request arrives; by default all do.</summary>
    public Func<MessageText, IPEndPoint, bool> Arrives { get; set; } = (_, _) => true;

    public Node Add(string name, string domain, IPEndPoint address)
    {
        Node node = new(this, DomainName.Parse(name), DomainName.Parse(domain), address);
        _nodes.Add(address, node);
        return node;
    }

    public void Dispose()
    {
        foreach (Node node in _nodes.Values) node.Dispose();
    }

    internal async Task<bool> SendAsync(IPEndPoint from, IPEndPoint to, MessageText request, MessageText? attestation)
    {
        bool acknowledged = false;
        if (Arrives(request, to) && _nodes.TryGetValue(to, out Node? node))
        {
            Response response = await node.ReceiveAsync(from, isStream: false, attestation is null ? [request] : [request, attestation]);
            acknowledged = response.Messages is [{ Message: Acknowledgement { Of: var of } }] && of == request.Digest;
        }
        lock (Sent) Sent.Add((request, to, acknowledged));
        return acknowledged;
    }
}
