using System.Net;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

[TestClass]
public sealed class ReplyRulesTests
{
    private static readonly IPEndPoint Own = IPEndPoint.Parse("192.0.2.3:53");

    [TestMethod]
    // public: any unicast address, port 53
    [DataRow("192.0.2.9:53", "", "", true)]
    [DataRow("[2001:db8::9]:53", "", "", true)]
    [DataRow("192.0.2.9:5353", "", "", false)]
    [DataRow("[2001:db8::9]:5353", "", "", false)]
    // never: itself, unspecified, multicast, reserved, link-local, mapped
    [DataRow("192.0.2.3:53", "", "192.0.2.3/32:53", false)]
    [DataRow("192.0.2.3:5353", "", "192.0.2.0/24:5353", true)]
    [DataRow("0.0.0.0:53", "", "0.0.0.0/0:53", false)]
    [DataRow("0.1.2.3:53", "", "0.0.0.0/0:53", false)]
    [DataRow("[::]:53", "", "::/0:53", false)]
    [DataRow("224.0.0.1:53", "", "0.0.0.0/0:53", false)]
    [DataRow("239.255.255.255:53", "", "", false)]
    [DataRow("255.255.255.255:53", "", "", false)]
    [DataRow("[ff02::1]:53", "", "::/0:53", false)]
    [DataRow("169.254.1.1:53", "", "0.0.0.0/0:53", false)]
    [DataRow("[fe80::1]:53", "", "::/0:53", false)]
    [DataRow("[::ffff:192.0.2.9]:53", "", "::/0:53", false)]
    // loopback and private: where a neighbour has such a one, or inside deliverTo
    [DataRow("127.0.0.1:53", "", "", false)]
    [DataRow("127.0.0.1:53", "127.0.0.5:53", "", true)]
    [DataRow("127.0.0.1:5353", "127.0.0.5:53", "", false)]
    [DataRow("127.0.0.1:5353", "", "127.0.0.0/8:5353", true)]
    [DataRow("127.0.0.1:5354", "", "127.0.0.0/8:5353", false)]
    [DataRow("[::1]:53", "", "", false)]
    [DataRow("[::1]:53", "[::1]:5300", "", true)]
    [DataRow("10.1.2.3:53", "", "", false)]
    [DataRow("10.1.2.3:53", "127.0.0.5:53", "", false)]
    [DataRow("10.1.2.3:53", "192.168.0.1:53", "", true)]
    [DataRow("172.16.0.1:53", "", "", false)]
    [DataRow("172.31.255.255:53", "", "", false)]
    [DataRow("172.32.0.1:53", "", "", true)]
    [DataRow("192.168.1.1:53", "", "192.168.1.0/24:53", true)]
    [DataRow("192.168.2.1:53", "", "192.168.1.0/24:53", false)]
    [DataRow("100.64.0.1:53", "", "", false)]
    [DataRow("100.128.0.1:53", "", "", true)]
    [DataRow("[fd00::1]:53", "", "", false)]
    [DataRow("[fd00::1]:53", "[fd00::2]:53", "", true)]
    // a neighbour's own configured address and port
    [DataRow("192.0.2.9:5353", "192.0.2.9:5353", "", true)]
    [DataRow("192.0.2.9:5354", "192.0.2.9:5353", "", false)]
    public void Allow_OfAReplyFromAfar_IsAsTheTableSays(string reply, string neighbour, string deliverTo, bool expected)
    {
        using SigningKey key = KeyImporter.Generate();
        KeyServerConfiguration configuration = Configuration(key, neighbour, deliverTo);

        Assert.AreEqual(expected, ReplyRules.Allow(configuration, IPEndPoint.Parse(reply), origin: null, Own));
    }

    [TestMethod]
    [DataRow("192.0.2.2:53", "192.0.2.2:53", "", true)]
    [DataRow("192.0.2.9:53", "192.0.2.2:53", "", false)] // public, but not the neighbour that waits
    [DataRow("192.0.2.2:5353", "192.0.2.2:53", "192.0.2.2/32:5353", false)] // its address, another port
    [DataRow("127.0.0.1:5302", "127.0.0.1:5302", "", true)]
    [DataRow("127.0.0.1:5303", "127.0.0.1:5302", "127.0.0.0/8:5303", false)]
    public void Allow_AtTheFirstKmsAfterTheOrigin_WantsTheNeighboursConfiguredAddress(string reply, string neighbour, string deliverTo, bool expected)
    {
        using SigningKey key = KeyImporter.Generate();
        KeyServerConfiguration configuration = Configuration(key, neighbour, deliverTo);

        Assert.AreEqual(expected, ReplyRules.Allow(configuration, IPEndPoint.Parse(reply), configuration.Lower[0], Own));
    }

    private static KeyServerConfiguration Configuration(SigningKey key, string neighbour, string deliverTo)
    {
        VerificationKey verification = Node.Import(key.PublicKey);
        Neighbour[] lower = neighbour.Length == 0 ? [] : [new Neighbour(DomainName.Parse("kms.a.xx"), DomainName.Parse("a.xx"), [IPEndPoint.Parse(neighbour)], [verification], default)];
        int colon = deliverTo.LastIndexOf(':');
        return new KeyServerConfiguration(DomainName.Parse("kms.xx"), DomainName.Parse("xx"), key, verification, null, [.. lower], [], [])
        {
            DeliverTo = deliverTo.Length == 0 ? [] : [new DeliveryTarget(IPNetwork.Parse(deliverTo[..colon]), int.Parse(deliverTo[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture))],
        };
    }
}
