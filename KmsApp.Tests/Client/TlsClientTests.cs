using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Kms.Client;
using Kms.Lab;
using Kms.Protocol;
using KmsApp.Tests.Lab;

namespace KmsApp.Tests;

/// <summary>The client over DNS-over-TLS, and its way from one address of the KMS to the next, in the lab's hierarchy on real sockets.</summary>
[TestClass]
public sealed class TlsClientTests : IDisposable
{
    private const string Name = "kms1.b.a.xx";

    private static Hierarchy _hierarchy = null!;

    private readonly TestCertificates _certificates = new();

    /// <summary>The clock of the schedules alone: silence ends when a test says so.</summary>
    private readonly VirtualTime _patience = new();

    private Digest _pin;

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => _hierarchy = await PatientHierarchy.StartAsync(HierarchyPlan.Figure7);

    [ClassCleanup]
    public static async Task StopAsync() => await _hierarchy.DisposeAsync();

    public void Dispose() => _certificates.Dispose();

    [TestMethod]
    [DataRow("127.0.0.1")]
    [DataRow("::1")]
    public async Task GetKey_OverTls_FoundByNameAndByPin(string ip)
    {
        await using TlsFront front = NewFront(Name, IpOrInconclusive(ip));

        foreach (string check in (string[])[Name, $"sha256/{_pin}"])
        {
            KeyFound found = AssertFound(await AskAsync($"tls://{front.Address}#{check}"));
            Assert.Contains($"at tls://{front.Address}#{check}, toward", found.Trace[2].Text);
        }
        Assert.AreEqual(2, front.Requests);
        Assert.IsFalse(front.HasHeardUdp);
    }

    [TestMethod]
    [DataRow(DnsTransport.Udp)]
    [DataRow(DnsTransport.Tcp)]
    public async Task GetKey_OverIPv6_Found(DnsTransport transport)
    {
        await using LoopbackServer server = new(
            packet => [transport == DnsTransport.Udp ? Forward(packet) : Truncated(packet)], Forward, IpOrInconclusive("::1"));

        AssertFound(await AskAsync(server.Address.ToString()));

        Assert.AreEqual(transport == DnsTransport.Udp ? (1, 0) : (1, 1), (server.UdpRequests, server.TcpRequests));
    }

    [TestMethod]
    public async Task GetKey_WrongPinThenTheGoodOne_FoundAndTheGoodOneIsFirstFromThenOn()
    {
        await using TlsFront impostor = NewFront(Name);
        await using TlsFront good = NewFront(Name);
        KmsClient client = Client([$"tls://{impostor.Address}#sha256/{_pin}", $"tls://{good.Address}#sha256/{_pin}"]);

        KeyFound found = AssertFound(await client.GetKeyAsync(_hierarchy.B.Name, Use.Identity));
        AssertFound(await client.GetKeyAsync(_hierarchy.AtTop.Name, Use.Identity));

        TraceStep refused = found.Trace.Single(step => step.Text.Contains("has the pin", StringComparison.Ordinal));
        Assert.AreEqual(HostStep.Ask, refused.Step);
        Assert.Contains($"no good answer from tls://{impostor.Address}#sha256/", refused.Text);
        Assert.AreEqual((1, 0), (impostor.Connections, impostor.Requests));
        Assert.AreEqual(2, good.Requests);
    }

    [TestMethod]
    [DataRow("#sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "instead of sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [DataRow("#another.name", "it is not another.name: its certificate is not for another.name")]
    public async Task GetKey_ServerIsNotWhoItMustBe_FailedAndNothingGoesInTheClear(string check, string says)
    {
        await using TlsFront front = NewFront(Name);

        KeyResult result = await AskAsync($"tls://{front.Address}{check}");

        Assert.AreEqual(FailureKind.NoAnswer, (result as KeyFailed)?.Kind, result.Summary);
        Assert.Contains(says, result.Summary);
        Assert.Contains(says, result.Trace[^1].Text);
        Assert.AreEqual((1, 0), (front.Connections, front.Requests));
        Assert.IsFalse(front.HasHeardUdp);
    }

    [TestMethod]
    public async Task GetKey_DeadUdpAddressThenTls_Found()
    {
        await using TlsFront front = NewFront(Name);
        Task<KeyResult> asking = AskAsync(Dead().ToString(), $"tls://{front.Address}#{Name}");

        _patience.Advance(ExchangeSchedule.Host.GivenUp);

        AssertFound(await asking);
        Assert.AreEqual(1, front.Requests);
    }

    [TestMethod]
    public async Task GetKey_DeadTlsAddressThenUdp_FoundAtOnce()
    {
        IPEndPoint dead = Dead();
        KeyFound found = AssertFound(await AskAsync($"tls://{dead}#{Name}", _hierarchy.KmsOfA.Endpoint.ToString()));

        Assert.Contains($"no good answer from tls://{dead}#{Name}: Connection refused", string.Join('\n', found.Trace.Select(step => step.Text)));
    }

    [TestMethod]
    public async Task GetKey_NameResolvedEachTime_ItsAddressesAreTriedInTurn()
    {
        await using TlsFront front = NewFront(Name);
        List<string> resolved = [];
        KmsClient client = Client([$"tls://{Name}:{front.Address.Port}"], (name, _) =>
        {
            resolved.Add(name);
            return Task.FromResult(new[] { IPAddress.Parse("127.0.0.99"), IPAddress.Loopback });
        });

        KeyFound found = AssertFound(await client.GetKeyAsync(_hierarchy.B.Name, Use.Identity));
        AssertFound(await client.GetKeyAsync(_hierarchy.AtTop.Name, Use.Identity));

        Assert.Contains($"at tls://{Name}:{front.Address.Port} ({front.Address}), toward", string.Join('\n', found.Trace.Select(step => step.Text)));
        CollectionAssert.AreEqual(new[] { Name, Name }, resolved);
    }

    [TestMethod]
    public async Task GetKey_NameWithManyAddresses_OnlyTheFirstOnesAreTried()
    {
        int port = Dead().Port;
        KmsClient client = Client([$"tls://{Name}:{port}"], (_, _) => Task.FromResult<IPAddress[]>([.. Enumerable.Range(1, 100).Select(i => new IPAddress([127, 0, 1, (byte)i]))]));

        KeyResult result = await client.GetKeyAsync(_hierarchy.B.Name, Use.Identity);

        Assert.AreEqual(Limits.ResolvedAddresses, result.Trace.Count(step => step.Text.StartsWith("no good answer", StringComparison.Ordinal)), result.Summary);
    }

    [TestMethod]
    public async Task GetKey_NameIsNotFound_PassedOver()
    {
        KmsClient client = Client([$"tls://{Name}", _hierarchy.KmsOfA.Endpoint.ToString()], (_, _) => throw new SocketException((int)SocketError.HostNotFound));

        KeyFound found = AssertFound(await client.GetKeyAsync(_hierarchy.B.Name, Use.Identity));

        Assert.Contains($"the system's resolver does not find {Name}", found.Trace[2].Text);
        Assert.AreEqual(HostStep.Ask, found.Trace[2].Step);
    }

    [TestMethod]
    public async Task GetKey_ResolverIsSilent_PassedOverWhenItsTimeIsOver()
    {
        ClientWorld world = new(ClientWorld.Standard with { Kms = ClientWorld.Standard.Kms with { Addresses = [KmsAddress.Parse($"tls://{Name}"), ClientWorld.FirstAddress] } });
        KmsClient client = new(world.Client.Configuration, new KmsClientEnvironment
        {
            Exchange = new DnsExchange(world.Kms, world.Time),
            Time = world.Time,
            LocalAddress = _ => IPAddress.Loopback,
            Resolve = (_, cancelled) => Task.Delay(Timeout.Infinite, cancelled).ContinueWith(_ => Array.Empty<IPAddress>(), TaskScheduler.Default),
        });

        Assert.IsInstanceOfType<KeyFound>(await world.FinishAsync(client.GetKeyAsync(ClientWorld.HostB.Name, Use.Identity)));

        Assert.AreEqual(Limits.ResolutionTime, world.Time.Elapsed);
    }

    [TestMethod]
    public async Task GetKey_ServerIsNoKms_FailedWithoutAnotherTryOfItsAddresses()
    {
        await using TlsFront front = new(_certificates.Issue(Name), packet => Task.FromResult<byte[]?>(KmsPacket.Response(Read(packet)).ToArray()));
        KmsClient client = Client([$"tls://{Name}:{front.Address.Port}"], (_, _) => Task.FromResult(new[] { IPAddress.Loopback, IPAddress.Loopback }));

        KeyResult result = await client.GetKeyAsync(_hierarchy.B.Name, Use.Identity);

        Assert.AreEqual(FailureKind.NoMessage, (result as KeyFailed)?.Kind, result.Summary);
        Assert.AreEqual(1, front.Requests);
    }

    private static byte[] Forward(byte[] packet) => RawDns.AskTcpAsync(_hierarchy.KmsOfA.Endpoint, packet).GetAwaiter().GetResult();

    private static byte[] Truncated(byte[] packet) => KmsPacket.AskAgainOverTcp(Read(packet)).ToArray();

    private static DnsMessage Read(byte[] packet)
    {
        Assert.IsTrue(DnsMessage.TryRead(packet, out DnsMessage? message, out _));
        return message;
    }

    private static IPAddress IpOrInconclusive(string text)
    {
        IPAddress ip = IPAddress.Parse(text);
        try
        {
            using Socket socket = new(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(ip, 0));
        }
        catch (SocketException e)
        {
            Assert.Inconclusive($"This machine has no {text}: {e.Message}");
        }
        return ip;
    }

    /// <summary>An endpoint where nobody is.</summary>
    private static IPEndPoint Dead()
    {
        (Socket udp, Socket tcp) = LoopbackServer.Bind(IPAddress.Loopback);
        using (udp)
        using (tcp)
            return (IPEndPoint)udp.LocalEndPoint!;
    }

    private static KeyFound AssertFound(KeyResult result)
    {
        Assert.IsInstanceOfType<KeyFound>(result, $"{result.Summary}\n{string.Join('\n', result.Trace.Select(step => step.Text))}");
        return (KeyFound)result;
    }

    /// <summary>A TLS server before the KMS of host A; its key is the pin from now on.</summary>
    private TlsFront NewFront(string name, IPAddress? ip = null)
    {
        X509Certificate2 certificate = _certificates.Issue(name);
        _pin = TestCertificates.PinOf(certificate);
        return new TlsFront(certificate, _hierarchy.KmsOfA.Endpoint, ip);
    }

    private Task<KeyResult> AskAsync(params string[] addresses) => Client(addresses).GetKeyAsync(_hierarchy.B.Name, Use.Identity, TestContext.CancellationToken);

    private KmsClient Client(string[] addresses, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) => new(
        new KmsClientConfiguration
        {
            Name = _hierarchy.A.Name,
            Key = _hierarchy.A.Key,
            Kms = new AskedKms(_hierarchy.KmsOfA.Name, [.. addresses.Select(KmsAddress.Parse)], [_hierarchy.KmsOfA.Key.PublicKey]),
            TrustAnchors = [new TrustAnchor(_hierarchy.Top.Name, _hierarchy.Top.Domain, [_hierarchy.Top.Key.PublicKey])],
        },
        new KmsClientEnvironment
        {
            Exchange = new DnsExchange(new SocketDnsWire(), _patience),
            OverTls = server => new TlsDnsWire(server, _certificates.Roots, _patience),
            Resolve = resolve ?? ((name, _) => throw new InvalidOperationException($"{name} is looked up.")),
            Time = _hierarchy.Time,
        });
}
