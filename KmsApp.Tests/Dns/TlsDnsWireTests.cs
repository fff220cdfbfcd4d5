using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>DNS over TLS against a real TLS server on loopback.</summary>
[TestClass]
public sealed class TlsDnsWireTests : IDisposable
{
    private const string Name = "kms1.b.a.xx";

    private static readonly byte[] Packet = KmsPacket.Request(7, "host-b.c.a.xx", "v=KMS1; t=ack; of="u8.ToArray()).ToArray();

    private readonly TestCertificates _certificates = new();
    private readonly VirtualTime _still = new(); // no connection takes too long

    public TestContext TestContext { get; set; } = null!;

    public void Dispose() => _certificates.Dispose();

    [TestMethod]
    [DataRow(SslProtocols.Tls12)]
    [DataRow(SslProtocols.Tls13)]
    public async Task Ask_CertificateForTheName_Answered(SslProtocols protocol)
    {
        await using TlsFront front = new(_certificates.Issue(Name), Echo, protocols: protocol);

        byte[] response = await AskAsync(front, new TlsServer(Name));

        CollectionAssert.AreEqual(Packet, response);
        Assert.AreEqual(protocol, front.Agreed.Single());
        Assert.AreEqual(Name, front.Names.Single());
    }

    [TestMethod]
    public async Task Ask_CertificateForTheAddress_AnsweredAndNoNameIsTold()
    {
        await using TlsFront front = new(_certificates.Issue("127.0.0.1"), Echo);

        CollectionAssert.AreEqual(Packet, await AskAsync(front, new TlsServer("127.0.0.1")));

        Assert.AreEqual("", front.Names.Single());
    }

    [TestMethod]
    [DataRow("another.name", 1)]
    [DataRow(Name, -1)]
    public async Task Ask_PinOfTheKey_AnsweredWhateverElseTheCertificateSays(string name, int endsInDays)
    {
        X509Certificate2 certificate = _certificates.Issue(TimeSpan.FromDays(endsInDays), name);
        await using TlsFront front = new(certificate, Echo);

        byte[] response = await new TlsDnsWire(new TlsServer(Name, TestCertificates.PinOf(certificate)), time: _still).AskTcpAsync(front.Address, Packet, TestContext.CancellationToken);

        CollectionAssert.AreEqual(Packet, response);
    }

    [TestMethod]
    public async Task Ask_AnotherPin_RefusedThoughNameAndIssuerAreGood()
    {
        X509Certificate2 certificate = _certificates.Issue(Name);
        await using TlsFront front = new(certificate, Echo);
        Digest other = TestCertificates.PinOf(_certificates.Issue(Name));

        await AssertRefusedAsync(front, new TlsServer(Name, other), $"has the pin sha256/{TestCertificates.PinOf(certificate)} instead of sha256/{other}");
    }

    [TestMethod]
    [DataRow("kms2.c.a.xx", 1, "its certificate is not for kms1.b.a.xx")]
    [DataRow("127.0.0.1", 1, "its certificate is not for kms1.b.a.xx")]
    [DataRow(Name, -1, "NotTimeValid")]
    public async Task Ask_WrongCertificate_RefusedAndNothingIsSent(string name, int endsInDays, string says)
    {
        await using TlsFront front = new(_certificates.Issue(TimeSpan.FromDays(endsInDays), name), Echo);

        await AssertRefusedAsync(front, new TlsServer(Name), says);
    }

    [TestMethod]
    public async Task Ask_IssuerNotTrusted_RefusedByOwnRootsAndByTheSystem()
    {
        using TestCertificates stranger = new();
        await using TlsFront front = new(stranger.Issue(Name), Echo);

        await AssertRefusedAsync(front, new TlsServer(Name), "its certificate is not trusted here");
        IOException refused = await Assert.ThrowsExactlyAsync<IOException>(() => new TlsDnsWire(new TlsServer(Name), time: _still).AskTcpAsync(front.Address, Packet, TestContext.CancellationToken));
        Assert.Contains("not trusted here", refused.Message);
        Assert.AreEqual(0, front.Requests);
    }

    [TestMethod]
    public async Task Ask_ServerSpeaksNoTls_IsAnIoException()
    {
        using Socket server = Listen(backlog: 1);
        Task<IOException> asking = Assert.ThrowsAsync<IOException>(() => NewWire(new TlsServer(Name)).AskTcpAsync((IPEndPoint)server.LocalEndPoint!, Packet, TestContext.CancellationToken));
        using (Socket client = await server.AcceptAsync(TestContext.CancellationToken)) await client.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

        Assert.Contains("there is no TLS with it", (await asking).Message);
    }

    [TestMethod]
    public async Task Ask_ServerClosesWithoutAnAnswer_IsAnIoException()
    {
        await using TlsFront front = new(_certificates.Issue(Name), _ => Task.FromResult<byte[]?>(null));

        EndOfStreamException closed = await Assert.ThrowsExactlyAsync<EndOfStreamException>(() => AskAsync(front, new TlsServer(Name)));

        Assert.Contains("closed the connection", closed.Message);
    }

    [TestMethod]
    public async Task Ask_NobodyListens_IsASocketException()
    {
        await Assert.ThrowsExactlyAsync<SocketException>(() => NewWire(new TlsServer(Name)).AskTcpAsync(UnusedPort.Take(), Packet, TestContext.CancellationToken));
    }

    [TestMethod]
    public async Task Ask_ConnectionIsNotAccepted_EndsAfterTheConnectTime()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Only Linux leaves a connection waiting when the queue of a listener is full.");
        using Socket server = Listen(backlog: 0);
        using Socket first = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(server.LocalEndPoint!, TestContext.CancellationToken);
        VirtualTime time = new();

        Task<byte[]> asking = new TlsDnsWire(new TlsServer(Name), _certificates.Roots, time).AskTcpAsync((IPEndPoint)server.LocalEndPoint!, Packet, TestContext.CancellationToken);
        time.Advance(TlsDnsWire.ConnectTime);

        Assert.AreEqual(SocketError.TimedOut, (await Assert.ThrowsExactlyAsync<SocketException>(() => asking)).SocketErrorCode);
        Assert.AreEqual(0, time.ArmedTimers);
    }

    [TestMethod]
    public async Task Ask_Cancelled_EndsAtOnce()
    {
        using CancellationTokenSource cancel = new();
        await using TlsFront front = new(_certificates.Issue(Name), async _ => { await cancel.CancelAsync(); return await Task.FromCanceled<byte[]?>(cancel.Token); });

        await Assert.ThrowsAsync<OperationCanceledException>(() => NewWire(new TlsServer(Name)).AskTcpAsync(front.Address, Packet, cancel.Token));
    }

    [TestMethod]
    public async Task Exchange_WithAScheduleThatHasUdp_SendsNothingInTheClear()
    {
        await using TlsFront front = new(_certificates.Issue(Name), packet => Task.FromResult<byte[]?>(Answer(packet)));
        ExchangeSchedule schedule = new([TimeSpan.Zero], TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));

        DnsExchangeResult result = await new DnsExchange(NewWire(new TlsServer(Name)), TimeProvider.System).AskAsync(
            front.Address, KmsPacket.Request(0, "host-b.c.a.xx", "v=KMS1; "u8.ToArray()), schedule, _ => true, TestContext.CancellationToken);

        Assert.IsTrue(result.IsAnswered, result.Trouble);
        Assert.IsFalse(front.HasHeardUdp);
    }

    [TestMethod]
    public async Task Exchange_ServerRefused_SaysWhy()
    {
        await using TlsFront front = new(_certificates.Issue("other.xx"), Echo);

        DnsExchangeResult result = await new DnsExchange(NewWire(new TlsServer(Name)), TimeProvider.System).AskAsync(
            front.Address, KmsPacket.Request(0, "host-b.c.a.xx", "v=KMS1; "u8.ToArray()), ExchangeSchedule.HostOverTls, _ => true, TestContext.CancellationToken);

        Assert.AreEqual(DnsExchangeOutcome.NoAnswer, result.Outcome);
        Assert.AreEqual("it is not kms1.b.a.xx: its certificate is not for kms1.b.a.xx", result.Trouble);
    }

    private static Task<byte[]?> Echo(byte[] packet) => Task.FromResult<byte[]?>(packet);

    private static byte[] Answer(byte[] packet)
    {
        Assert.IsTrue(DnsMessage.TryRead(packet, out DnsMessage? request, out _));
        return KmsPacket.Response(request).ToArray();
    }

    private static Socket Listen(int backlog)
    {
        Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen(backlog);
        return server;
    }

    private TlsDnsWire NewWire(TlsServer server) => new(server, _certificates.Roots, _still);

    private Task<byte[]> AskAsync(TlsFront front, TlsServer server) => NewWire(server).AskTcpAsync(front.Address, Packet, TestContext.CancellationToken);

    private async Task AssertRefusedAsync(TlsFront front, TlsServer server, string says)
    {
        IOException refused = await Assert.ThrowsExactlyAsync<IOException>(() => AskAsync(front, server));
        Assert.Contains(says, refused.Message);
        Assert.AreEqual(1, front.Connections);
        Assert.AreEqual(0, front.Requests);
    }
}
