using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>The client over real sockets.</summary>
[TestClass]
public sealed class LoopbackClientTests
{
    private readonly ClientWorld _world = new();

    [TestMethod]
    public async Task GetKey_OverUdp_FoundDespiteAForgedResponseBefore()
    {
        await using LoopbackServer server = new(
            packet => [_world.Answer(Read(packet), from: ClientWorld.Stranger).ToArray(), _world.Answer(Read(packet)).ToArray()], _ => null);
        KeyResult result = await Client(server).GetKeyAsync(ClientWorld.HostB.Name, Use.Identity);
        Assert.IsInstanceOfType<KeyFound>(result, result.Summary);
        Assert.AreEqual((1, 0), (server.UdpRequests, server.TcpRequests));
        Assert.AreEqual("127.0.0.1:53", ((Inquiry)result.Trace[2].Message!.Message).Reply.ToString());
    }

    [TestMethod]
    public async Task GetKey_SentOnToTcp_Found()
    {
        await using LoopbackServer server = new(
            packet => [KmsPacket.AskAgainOverTcp(Read(packet).Packet).ToArray()], packet => _world.Answer(Read(packet)).ToArray());
        KeyResult result = await Client(server).GetKeyAsync(ClientWorld.HostB.Name, Use.Identity);
        Assert.IsInstanceOfType<KeyFound>(result, result.Summary);
        Assert.AreEqual((1, 1), (server.UdpRequests, server.TcpRequests));
    }

    [TestMethod]
    public async Task GetKey_ServFailOverTcp_FailedWithoutWaiting()
    {
        await using LoopbackServer server = new(
            packet => [KmsPacket.AskAgainOverTcp(Read(packet).Packet).ToArray()],
            packet => KmsPacket.Failure(Read(packet).Packet, ExtendedErrorCode.NotReady).ToArray());
        var failed = await Client(server).GetKeyAsync(ClientWorld.HostB.Name, Use.Identity) as KeyFailed;
        Assert.AreEqual(FailureKind.ServerFailure, failed?.Kind);
        Assert.AreEqual(ExtendedErrorCode.NotReady, failed?.ExtendedError?.Code);
    }

    /// <summary>With the system's own sockets and randomness; both clocks stand still together.</summary>
    private KmsClient Client(LoopbackServer server) => new(
        ClientWorld.Standard with { Kms = ClientWorld.Standard.Kms with { Addresses = [server.Address] } },
        new KmsClientEnvironment { Exchange = new DnsExchange(new SocketDnsWire(), TimeProvider.System), Time = _world.Time });

    private static ReceivedInquiry Read(byte[] packet)
    {
        Assert.IsTrue(DnsMessage.TryRead(packet, out DnsMessage? message, out _));
        Assert.IsTrue(MessageText.TryParse(KmsPacket.Texts(message.Additionals)[0], out MessageText? text, out _));
        return new ReceivedInquiry(TimeSpan.Zero, ClientWorld.FirstAddress, DnsTransport.Udp, message, text);
    }
}
