using System.Net;
using System.Net.Sockets;
using System.Text;
using Kms.Lab;
using Kms.Protocol;

namespace KmsApp.Tests.Lab;

/// <summary>The lab's DNS server without an app, over sockets.</summary>
[TestClass]
public sealed class LabServerTests
{
    private static readonly Zone SharedZone = new Zone("b.a.xx")
        .AddA("www.b.a.xx", "192.0.2.80").AddMx("b.a.xx", 10, "mail.b.a.xx").AddTxt("txt.b.a.xx", "a text").AddTxt("deep.down.b.a.xx", "x").AddTxt("long.b.a.xx", new string('x', 1500));

    [TestMethod]
    [DataRow("www.b.a.xx", DnsType.A, DnsResponseCode.NoError, 1)]
    [DataRow("WWW.B.a.XX", DnsType.A, DnsResponseCode.NoError, 1)]
    [DataRow("b.a.xx", DnsType.Mx, DnsResponseCode.NoError, 1)]
    [DataRow("txt.b.a.xx", DnsType.Txt, DnsResponseCode.NoError, 1)]
    [DataRow("www.b.a.xx", DnsType.Txt, DnsResponseCode.NoError, 0)]
    [DataRow("down.b.a.xx", DnsType.Txt, DnsResponseCode.NoError, 0)]
    [DataRow("nix.b.a.xx", DnsType.A, DnsResponseCode.NxDomain, 0)]
    [DataRow("www.c.a.xx", DnsType.A, DnsResponseCode.Refused, 0)]
    public async Task Query_OverUdpAndTcp_IsAnsweredFromTheZone(string name, DnsType type, DnsResponseCode code, int answers)
    {
        await using LabServer server = Start();
        using Probe probe = new(server.Endpoint);
        DnsMessage query = new() { Id = 7, Questions = [new(name, type)], Edns = new Edns() };

        ProbeResponse? overUdp = await probe.AskAsync(query), overTcp = await probe.AskTcpAsync(query);

        DnsMessage response = overUdp!.Message;
        Assert.AreEqual(code, response.ResponseCode);
        Assert.HasCount(answers, response.Answers);
        Assert.AreEqual(code != DnsResponseCode.Refused, response.AuthoritativeAnswer);
        Assert.HasCount(answers == 0 && response.AuthoritativeAnswer ? 1 : 0, response.Authorities.Where(record => record.Type == DnsType.Soa).ToArray());
        Assert.IsTrue(response.Answers.All(record => record.Name == name), "The owner has the spelling of the question.");
        Assert.IsNotNull(response.Edns);
        CollectionAssert.AreEqual(overUdp.Bytes, overTcp!.Bytes);
    }

    [TestMethod]
    [DataRow(true, 1232)]
    [DataRow(false, 512)]
    public async Task Query_AnswerTooLongForUdp_IsTruncatedAndWholeOverTcp(bool hasEdns, int limit)
    {
        await using LabServer server = Start();
        using Probe probe = new(server.Endpoint);
        DnsMessage query = new() { Questions = [new("long.b.a.xx", DnsType.Txt)], Edns = hasEdns ? new Edns { UdpPayloadSize = 4096 } : null };

        ProbeResponse? overUdp = await probe.AskAsync(query), overTcp = await probe.AskTcpAsync(query);

        Assert.IsTrue(overUdp!.Message.Truncated);
        Assert.IsEmpty(overUdp.Message.Answers);
        Assert.IsLessThanOrEqualTo(limit, overUdp.Bytes.Length);
        Assert.AreEqual(hasEdns, overUdp.Message.Edns is not null);
        Assert.IsFalse(overTcp!.Message.Truncated);
        Assert.IsGreaterThan(1500, overTcp.Message.Answers.Single().Data.Length);
    }

    [TestMethod]
    public async Task Zone_ChangedWhileServed_IsAnsweredAnew()
    {
        Zone zone = new("b.a.xx");
        await using LabServer server = Start(zone);
        using Probe probe = new(server.Endpoint);
        using SigningKey key = KeyImporter.Generate();
        DomainName host = DomainName.Parse("host-a.b.a.xx");
        DnsMessage query = new() { Questions = [new("_kms.host-a.b.a.xx", DnsType.Txt)] };
        Assert.AreEqual(DnsResponseCode.NxDomain, (await probe.AskTcpAsync(query))!.Message.ResponseCode);

        zone.Publish(new KeyRecord(host, Use.Identity, key.PublicKey, null, null));
        zone.Publish(new KeyRecord(host, Use.Parse("ssh"), key.PublicKey, null, null));
        zone.Publish(new KeyRecord(host, Use.Identity, key.PublicKey, null, DateTimeOffset.UnixEpoch)); // in place of the first

        DnsMessage response = (await probe.AskTcpAsync(query))!.Message;
        string[] texts = [.. KmsPacket.Texts(response.Answers).Select(text => Encoding.ASCII.GetString(text.Span))];
        Assert.HasCount(2, texts);
        Assert.HasCount(1, texts.Where(text => text.Contains("exp=0", StringComparison.Ordinal)).ToArray());
        zone.Withdraw(host, Use.Identity);
        zone.Withdraw(host, Use.Parse("ssh"));
        Assert.AreEqual(DnsResponseCode.NxDomain, (await probe.AskTcpAsync(query))!.Message.ResponseCode);
    }

    [TestMethod]
    [DataRow("0007 0000 0001 0000 0000 0000 03", DnsResponseCode.FormErr, DisplayName = "question cut short")]
    [DataRow("0007 0000 0002 0000 0000 0000 0001610000010001 0001610000010001", DnsResponseCode.FormErr, DisplayName = "two questions")]
    [DataRow("0007 2800 0001 0000 0000 0000 016100 0006 0001", DnsResponseCode.NotImp, DisplayName = "update")]
    [DataRow("0007 0000 0001 0000 0000 0000 016100 0010 0003", DnsResponseCode.Refused, DisplayName = "class CH")]
    [DataRow("0007 0000 0001 0000 0000 0000 03612e6200 0010 0001", DnsResponseCode.FormErr, DisplayName = "a dot in a label")]
    public async Task Packet_ThatIsNoOrdinaryQuery_GetsTheHostsResponseCode(string hex, DnsResponseCode code)
    {
        await using LabServer server = Start();

        byte[] response = await new SocketDnsWire().AskTcpAsync(server.Endpoint, Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), CancellationToken.None);

        Assert.IsTrue(DnsMessage.TryRead(response, out DnsMessage? message, out _));
        Assert.AreEqual(code, message.ResponseCode);
        Assert.AreEqual(7, message.Id);
    }

    [TestMethod]
    public async Task Packet_ThatIsAResponseOrTooShort_ClosesTheConnection()
    {
        await using LabServer server = Start();
        using Probe probe = new(server.Endpoint);

        Assert.IsNull(await probe.AskTcpAsync(new DnsMessage { IsResponse = true, Questions = [new("www.b.a.xx", DnsType.A)] }));
        await Assert.ThrowsExactlyAsync<EndOfStreamException>(() => new SocketDnsWire().AskTcpAsync(server.Endpoint, new byte[5], CancellationToken.None));
        Assert.IsNotNull(await probe.AskTcpAsync(new DnsMessage { Questions = [new("www.b.a.xx", DnsType.A)] }));
    }

    [TestMethod]
    public void BindSet_Twice_GivesOtherEndpoints()
    {
        BoundSockets[] one = BoundSockets.BindSet(4), two = BoundSockets.BindSet(4);
        IPEndPoint[] endpoints = [.. one.Concat(two).Select(sockets => sockets.Endpoint)];
        foreach (BoundSockets sockets in one.Concat(two)) sockets.Dispose();

        Assert.HasCount(8, endpoints.Distinct().ToArray());
        // On Linux and Windows each set has one port; elsewhere there is only 127.0.0.1.
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()) Assert.HasCount(1, endpoints[..4].Select(endpoint => endpoint.Port).Distinct().ToArray());
    }

    [TestMethod]
    public async Task DisposeAsync_WithAnOpenConnection_FreesItsPortAtOnce()
    {
        LabServer server = Start();
        IPEndPoint endpoint = server.Endpoint;
        using Socket open = new(SocketType.Stream, ProtocolType.Tcp);
        await open.ConnectAsync(endpoint);

        await server.DisposeAsync();

        using Socket udp = new(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        udp.Bind(endpoint);
        using Probe probe = new(endpoint);
        Assert.IsNull(await probe.AskTcpAsync(new DnsMessage { Questions = [new("www.b.a.xx", DnsType.A)] }));
    }

    private static LabServer Start(Zone? zone = null)
    {
        LabServer server = new("plain", BoundSockets.BindSet(1)[0], new Zones(zone ?? SharedZone), new Tap());
        server.Start();
        return server;
    }
}
