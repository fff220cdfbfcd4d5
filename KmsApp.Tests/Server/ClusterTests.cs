using System.Collections.Immutable;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>A KMS of several nodes: one name and one configuration, a key and an address for each.</summary>
[TestClass]
public sealed class ClusterTests
{
    [TestMethod]
    public async Task Anchor_WhoseOtherNodeGetsTheSignatureRequest_DeliversToTheNodeThatWaits()
    {
        using Cluster cluster = new();

        Response response = await cluster.AskFirstAsync();

        Assert.AreEqual(ResponseKind.Records, response.Kind);
        Assert.IsTrue(response.Messages[0].IsSignedBy(cluster.First.Verification), "the node that was asked answers");
        Assert.IsTrue(response.Messages[1].IsSignedBy(cluster.Second.Verification), "the other one attested");
        Assert.AreEqual(1, cluster.First.Server.Occupancy.KeyTable, "it is kept: the other node's key is known");
    }

    [TestMethod]
    public async Task Anchor_WhoseOtherNodeIsNotConfigured_RefusesToSendThere()
    {
        using Cluster cluster = new(knowsNodes: false);

        Response response = await cluster.AskFirstAsync();

        Assert.AreEqual(Reason.Refused, ((Unsolved)response.Messages.Single().Message).Reason);
        Assert.AreEqual(0, cluster.Second.Server.Occupancy.KeyTable, "nothing was signed");
    }

    /// <summary>Two nodes of kms0.a.xx, and one lower KMS that reaches the second only.</summary>
    private sealed class Cluster : IDisposable
    {
        private static readonly DomainName Asking = DomainName.Parse("host.a.xx");
        private static readonly DomainName Asked = DomainName.Parse("host-a.b.a.xx");

        private readonly Network _network;
        private readonly SigningKey _key = KeyImporter.Generate();

        public Cluster(bool knowsNodes = true)
        {
            _network = new Network(new VirtualTime());
            First = _network.Add("kms0.a.xx", "a.xx", Figure7.Endpoint(21));
            Second = _network.Add("kms0.a.xx", "a.xx", Figure7.Endpoint(22));
            Node lower = _network.Add("kms1.b.a.xx", "b.a.xx", Figure7.Endpoint(23));
            foreach ((Node node, Node other) in ((Node, Node)[])[(First, Second), (Second, First)])
            {
                KeyServerConfiguration configuration = new(node.Name, node.Domain, node.Key, node.Verification, null, [lower.AsLower()], [], [])
                {
                    Address = node.Address,
                    SiblingKeys = knowsNodes ? [Node.Import(other.Key.PublicKey)] : [],
                    SiblingAddresses = knowsNodes ? [other.Address] : [],
                };
                node.Start(configuration);
                node.Publish(new KeyRecord(Asking, default, _key.PublicKey, null, null));
            }
            ImmutableArray<VerificationKey> keys = [Node.Import(First.Key.PublicKey), Node.Import(Second.Key.PublicKey)];
            lower.Start(lower.Configure(new Neighbour(First.Name, null, [Second.Address, First.Address], keys, AuthenticationMode.Signature)));
            lower.Publish(new KeyRecord(Asked, default, _key.PublicKey, null, null));
        }

        public Node First { get; }

        public Node Second { get; }

        public Task<Response> AskFirstAsync()
        {
            Inquiry inquiry = new(
                Asked, default, First.Name, Figure7.Endpoint(30), Asking, First.Name, Figure7.NewId(), UnixTime.Floor(_network.Time.GetUtcNow()), KmsPath.None);
            return First.ReceiveAsync(Figure7.Endpoint(30), isStream: false, MessageText.TrySign(inquiry, _key, out MessageText? text) ? text : throw new InvalidOperationException("too long"));
        }

        public void Dispose()
        {
            _network.Dispose();
            _key.Dispose();
        }
    }
}
