using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using Kms.Cli;
using Kms.Lab;
using Kms.Protocol;

namespace KmsApp.Tests.Cli;

/// <summary>Both sides of a tunnel in this process, against a running hierarchy: who comes through, who does not, and what passes.</summary>
[TestClass]
public sealed class TunnelTests
{
    private const int Much = 20 * 1024 * 1024;

    private static TunnelWorld? _world;

    private static TunnelWorld World => _world!;

    public TestContext TestContext { get; set; } = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _) => _world = await TunnelWorld.StartAsync();

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (_world is not null) await _world.DisposeAsync();
    }

    [TestMethod]
    public async Task Tunnel_MuchBothWaysAfterAHalfClose_ArrivesUnchanged()
    {
        await using Service service = Service.Echo();
        await using RunningKms listening = await World.ListenAsync(World.B, service, World.A.Name.Value);
        await using RunningKms connecting = await World.ConnectAsync(World.A, World.B.Name, listening.Endpoint);
        byte[] much = RandomNumberGenerator.GetBytes(Much);

        byte[] back = await AskAsync(connecting.Endpoint, much);

        // The service answers only after the client's end has reached it.
        CollectionAssert.AreEqual(SHA256.HashData(much), SHA256.HashData(back));
    }

    [TestMethod]
    public async Task Tunnel_ManyAtOnce_AreKeptApart()
    {
        await using Service service = Service.Echo();
        await using RunningKms listening = await World.ListenAsync(World.B, service, "*.b.a.xx");
        await using RunningKms connecting = await World.ConnectAsync(World.A, World.B.Name, listening.Endpoint);

        string[] answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => AskAsync(connecting.Endpoint, $"word {i}")));

        CollectionAssert.AreEqual(Enumerable.Range(0, 10).Select(i => $"word {i}").ToArray(), answers);
    }

    [TestMethod]
    public async Task Listen_Interrupted_CutsWhatIsOpenAndEndsWell()
    {
        await using Service service = Service.Echo();
        await using RunningKms listening = await World.ListenAsync(World.B, service, World.A.Name.Value);
        using TlsStranger a = await TlsStranger.ConnectAsync(listening.Endpoint, World.A.Name, World.A.Key);
        await a.Tls.WriteAsync("begun"u8.ToArray(), TestContext.CancellationToken);
        await UntilAsync(() => service.Received > 0);

        Assert.AreEqual((int)ExitCode.Found, await listening.EndAsync());
        await UntilAsync(() => service.LastFailure is not null);
        Assert.IsInstanceOfType<IOException>(service.LastFailure);
    }

    [TestMethod]
    public async Task Listen_AConnectionCutOnTheWay_DoesNotPassForTheWhole()
    {
        await using Service service = Service.Echo();
        await using RunningKms listening = await World.ListenAsync(World.B, service, World.A.Name.Value);
        using TlsStranger a = await TlsStranger.ConnectAsync(listening.Endpoint, World.A.Name, World.A.Key);
        await a.Tls.WriteAsync("half of it"u8.ToArray(), TestContext.CancellationToken);
        await UntilAsync(() => service.Received > 0);

        // TCP ends, as anybody on the way can make it, and TLS has not.
        a.Socket.Shutdown(SocketShutdown.Send);

        await UntilAsync(() => service.LastFailure is not null);
        Assert.IsInstanceOfType<IOException>(service.LastFailure);
    }

    [TestMethod]
    public async Task Listen_AStrangerWithoutAPublishedKey_IsRefused()
    {
        using Party stranger = Party.Stranger(DomainName.Parse("stranger.b.a.xx"));
        await AssertRefusedAsync(stranger.Name, stranger.Key, "stranger.b.a.xx has no key", "*.b.a.xx");
    }

    [TestMethod]
    public async Task Listen_AnImpostorWithAnotherKey_IsRefused()
    {
        using Party impostor = Party.Stranger(World.A.Name);
        await AssertRefusedAsync(impostor.Name, impostor.Key, "shows another key than", World.A.Name.Value);
    }

    [TestMethod]
    public Task Listen_AHostThatIsNotAllowed_IsRefused() =>
        AssertRefusedAsync(World.A.Name, World.A.Key, "host-a.b.a.xx, which is not allowed", World.Hierarchy.Neighbour.Name.Value, "*.c.a.xx");

    [TestMethod]
    public async Task Listen_NoCertificate_IsRefused()
    {
        await using Service service = Service.Echo();
        await using RunningKms listening = await World.ListenAsync(World.B, service, World.A.Name.Value);
        using TlsStranger nobody = await TlsStranger.ConnectAsync(listening.Endpoint, null, SslProtocols.Tls13);

        Assert.IsNull(await nobody.AskAsync("hello"));
        Assert.Contains("has shown no certificate", await listening.NextLineAsync());
        Assert.AreEqual(0, service.Connections);
    }

    [TestMethod]
    public async Task Listen_ATls12Client_IsRefused()
    {
        await using Service service = Service.Echo();
        await using RunningKms listening = await World.ListenAsync(World.B, service, World.A.Name.Value);
        using System.Security.Cryptography.X509Certificates.X509Certificate2 certificate = HostCertificate.Of(World.A.Name, World.A.Key, DateTimeOffset.UtcNow);

        await Assert.ThrowsAsync<Exception>(() => TlsStranger.ConnectAsync(listening.Endpoint, certificate, SslProtocols.Tls12));
        Assert.Contains("speaks no TLS 1.3", await listening.NextLineAsync());
        Assert.AreEqual(0, service.Connections);
    }

    [TestMethod]
    [DataRow("GET / HTTP/1.1\r\n\r\n")]
    [DataRow("")]
    public async Task Listen_NoTlsAtAll_IsRefused(string garbage)
    {
        await using Service service = Service.Echo();
        await using RunningKms listening = await World.ListenAsync(World.B, service, World.A.Name.Value);

        using TcpClient stranger = new();
        await stranger.ConnectAsync(listening.Endpoint, TestContext.CancellationToken);
        await stranger.GetStream().WriteAsync(Encoding.ASCII.GetBytes(garbage), TestContext.CancellationToken);
        stranger.Client.Shutdown(SocketShutdown.Send);

        string line = await listening.NextLineAsync();
        Assert.Contains("is refused: it ", line);
        Assert.DoesNotContain("   at ", line);
        Assert.AreEqual(0, service.Connections);
    }

    [TestMethod]
    public async Task Listen_AKeyThatWasReplaced_CountsNoMoreAndTheNewOneDoes()
    {
        DomainName name = DomainName.Parse("rotating.b.a.xx");
        using SigningKey oldKey = KeyImporter.Generate(), newKey = KeyImporter.Generate();
        World.Publish(World.A, name, oldKey);
        await using Service service = Service.Echo();
        // In the same domain: there a change of the zone counts within seconds.
        await using RunningKms listening = await World.ListenAsync(World.Hierarchy.Neighbour, service, name.Value);
        Assert.AreEqual("old", await AskAsAsync(listening, name, oldKey, "old"));

        World.Publish(World.A, name, newKey);

        Assert.AreEqual("new", await AskAsAsync(listening, name, newKey, "new"), "The own table's key was not asked for anew.");
        Assert.IsNull(await AskAsAsync(listening, name, oldKey, "old"));
        Assert.Contains("rotating.b.a.xx and shows another key than kms00.xx attests", await listening.NextLineAsync());
        Assert.AreEqual(2, service.Connections);
    }

    [TestMethod]
    public async Task Listen_AKeyThatWasWithdrawn_CountsNoMoreWhenItsAttestationHasEnded()
    {
        DomainName name = DomainName.Parse("leaving.b.a.xx");
        using SigningKey key = KeyImporter.Generate();
        World.Publish(World.A, name, key);
        await using Service service = Service.Echo();
        await using RunningKms listening = await World.ListenAsync(World.B, service, name.Value);
        Assert.AreEqual("before", await AskAsAsync(listening, name, key, "before"));

        World.A.Kms.Zone.Withdraw(name, Use.Identity);
        // A day later the mark has ended too. While it lasts "no key" counts as a failed check, and the wait for a better answer is real.
        World.Hierarchy.Time.Advance(Hierarchy.AttestationLifetime + Kms.Client.Limits.MarkOutlivesEntry + TimeSpan.FromHours(1));

        Assert.IsNull(await AskAsAsync(listening, name, key, "after"));
        Assert.Contains("is refused: leaving.b.a.xx has no key", await listening.NextLineAsync());
        Assert.AreEqual(1, service.Connections);
    }

    [TestMethod]
    public async Task Tunnel_WithKeysForTheUseTls_ChecksThose()
    {
        using SigningKey ofA = KeyImporter.Generate(), ofB = KeyImporter.Generate();
        (Use use, string folderA, string folderB) = (Use.Parse("tls"), World.FolderOf(World.A), World.FolderOf(World.B));
        string[] Options(string folder, SigningKey key)
        {
            string file = Path.Combine(folder, "tls.pem");
            File.WriteAllText(file, key.ToPem());
            return ["--config", folder, "--listen", "127.0.0.1:0", "--use", "tls", "--key", file];
        }

        World.A.Kms.Zone.Publish(new KeyRecord(World.A.Name, use, ofA.PublicKey, null, null));
        World.Publish(World.B, World.B.Name, use, ofB);
        await using Service service = Service.Echo();
        await using RunningKms listening = await RunningKms.StartAsync(
            World.Hierarchy.Time, ["tunnel", "listen", "--to", $"{service.Endpoint}", "--allow-any-attested", .. Options(folderB, ofB)]);
        await using RunningKms connecting = await RunningKms.StartAsync(
            World.Hierarchy.Time, ["tunnel", "connect", World.B.Name.Value, "--address", $"{listening.Endpoint}", .. Options(folderA, ofA)]);

        Assert.AreEqual("hello", await AskAsync(connecting.Endpoint, "hello"));
        Assert.IsNull(await AskAsAsync(listening, World.A.Name, World.A.Key, "hello"), "The identity key is another.");
    }

    [TestMethod]
    public async Task Listen_ManyImpostors_AskTheKmsOnce()
    {
        using Party impostor = Party.Stranger(World.A.Name);
        await using Service service = Service.Echo();
        await using RunningKms listening = await World.ListenAsync(World.B, service, World.A.Name.Value);
        Assert.AreEqual("known", await AskAsAsync(listening, World.A.Name, World.A.Key, "known"));
        int mark = World.Hierarchy.Tap.Mark;

        for (int i = 0; i < 8; i++) Assert.IsNull(await AskAsAsync(listening, impostor.Name, impostor.Key, "let me in"));

        // B's KMS has the attestation at hand, so that a question is one packet; the same one may be sent again.
        Assert.HasCount(1, World.Hierarchy.Tap.Since(mark).SelectMany(packet => packet.Messages).Select(text => text.Message).Cast<Inquiry>().DistinctBy(inquiry => inquiry.Id));
        Assert.AreEqual(1, service.Connections);
        Assert.AreEqual("still", await AskAsAsync(listening, World.A.Name, World.A.Key, "still"));
    }

    [TestMethod]
    public async Task Listen_NamesAtRandom_ExhaustOnlyWhatStrangersMayAsk()
    {
        using SigningKey key = KeyImporter.Generate();
        await using Service service = Service.Echo();
        await using RunningKms listening = await World.ListenAsync(World.B, service, "*.b.a.xx");
        Assert.AreEqual("known", await AskAsAsync(listening, World.A.Name, World.A.Key, "known"));

        // Some are refilled meanwhile, but not as fast.
        string line = "";
        for (int i = 0; i < TunnelLimits.Lines && !line.Contains("too many unknown names", StringComparison.Ordinal); i++)
        {
            await AskAsAsync(listening, DomainName.Parse($"nobody{i}.b.a.xx"), key, "hello");
            line = await listening.NextLineAsync();
        }

        Assert.Contains("too many unknown names", line);
        Assert.AreEqual("still", await AskAsAsync(listening, World.A.Name, World.A.Key, "still"), "A known peer is not concerned.");
        Assert.AreEqual(2, service.Connections);
    }

    [TestMethod]
    public async Task Listen_AServiceThatIsDown_TurnsAwayAndSaysSo()
    {
        Service service = Service.Echo();
        await using RunningKms listening = await World.ListenAsync(World.B, service, World.A.Name.Value);
        await using RunningKms connecting = await World.ConnectAsync(World.A, World.B.Name, listening.Endpoint);
        await service.DisposeAsync();

        await Assert.ThrowsAsync<IOException>(() => AskAsync(connecting.Endpoint, "hello"));

        Assert.Contains("(--to) cannot be reached", await listening.NextLineAsync());
        Assert.Contains("right after the handshake", await connecting.NextLineAsync());
    }

    [TestMethod]
    public async Task Connect_ToAnImpostorWithAnotherKey_PassesNothingOn()
    {
        using SigningKey other = KeyImporter.Generate();
        await using Service service = Service.Echo();
        // It has the name of B, and an operator's rights at its own machine, but not B's key.
        await using RunningKms impostor = await World.ListenAsync(World.FolderOf(World.B, World.B.Name, other), service, World.A.Name.Value);
        await using RunningKms connecting = await World.ConnectAsync(World.A, World.B.Name, impostor.Endpoint);

        await Assert.ThrowsAsync<IOException>(() => AskAsync(connecting.Endpoint, "a secret"));

        string line = await connecting.NextLineAsync();
        Assert.Contains("host-b.c.a.xx at ", line);
        Assert.Contains("shows another key than kms00.xx attests", line);
        Assert.AreEqual(0, service.Connections);
    }

    [TestMethod]
    public async Task Connect_ToANameWithoutAKey_IsRefusedBeforeItConnects()
    {
        await using Service service = Service.Echo();
        await using RunningKms connecting = await World.ConnectAsync(World.A, DomainName.Parse("nobody.c.a.xx"), service.Endpoint);

        await Assert.ThrowsAsync<IOException>(() => AskAsync(connecting.Endpoint, "a secret"));

        Assert.Contains("nobody.c.a.xx has no key", await connecting.NextLineAsync());
        Assert.AreEqual(0, service.Connections);
    }

    [TestMethod]
    public async Task Connect_ToANameThatPublishesAnotherHostsKey_IsRefused()
    {
        // A domain can claim any public key as one of its hosts'; that host's owner must not stand in for it unknowingly.
        DomainName borrower = DomainName.Parse("borrower.b.a.xx");
        World.Publish(World.A, borrower, World.B.Key);
        await using Service service = Service.Echo();
        await using RunningKms listening = await World.ListenAsync(World.B, service, World.A.Name.Value);
        await using RunningKms connecting = await World.ConnectAsync(World.A, borrower, listening.Endpoint);

        await Assert.ThrowsAsync<IOException>(() => AskAsync(connecting.Endpoint, "a secret"));

        Assert.Contains("it calls itself host-b.c.a.xx", await connecting.NextLineAsync());
    }

    [TestMethod]
    public async Task Connect_ToAHostThatDoesNotAllowIt_SaysWhereToLook()
    {
        await using Service service = Service.Echo();
        await using RunningKms listening = await World.ListenAsync(World.B, service, "somebody.else.xx");
        await using RunningKms connecting = await World.ConnectAsync(World.A, World.B.Name, listening.Endpoint);

        await Assert.ThrowsAsync<IOException>(() => AskAsync(connecting.Endpoint, "hello"));

        Assert.Contains("its own messages say which", await connecting.NextLineAsync());
        Assert.Contains("which is not allowed; if it is to be, add --allow host-a.b.a.xx", await listening.NextLineAsync());
    }

    [TestMethod]
    public async Task Connect_WhereNobodyListens_SaysSo()
    {
        using Socket bound = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // and does not listen
        await using RunningKms connecting = await World.ConnectAsync(World.A, World.B.Name, (IPEndPoint)bound.LocalEndPoint!);

        await Assert.ThrowsAsync<IOException>(() => AskAsync(connecting.Endpoint, "hello"));

        Assert.Contains("it cannot be reached: ", await connecting.NextLineAsync());
    }

    private static async Task AssertRefusedAsync(DomainName name, SigningKey key, string says, params string[] allowed)
    {
        await using Service service = Service.Echo();
        await using RunningKms listening = await World.ListenAsync(World.B, service, allowed);

        Assert.IsNull(await AskAsAsync(listening, name, key, "let me in"));

        string line = await listening.NextLineAsync();
        Assert.Contains(says, line);
        Assert.AreEqual(0, service.Connections, line);
    }

    private static async Task<string?> AskAsAsync(RunningKms listening, DomainName name, SigningKey key, string word)
    {
        using TlsStranger client = await TlsStranger.ConnectAsync(listening.Endpoint, name, key);
        return await client.AskAsync(word);
    }

    private static async Task<string> AskAsync(IPEndPoint endpoint, string word) => Encoding.ASCII.GetString(await AskAsync(endpoint, Encoding.ASCII.GetBytes(word)));

    /// <summary>Sends, ends, and reads to the end.</summary>
    private static async Task<byte[]> AskAsync(IPEndPoint endpoint, byte[] words)
    {
        using TcpClient client = new();
        try
        {
            await client.ConnectAsync(endpoint);
            // The socket's own stream: the client's refuses one that is cut already.
            await using NetworkStream stream = new(client.Client);
            await stream.WriteAsync(words);
            client.Client.Shutdown(SocketShutdown.Send);
            using MemoryStream back = new();
            await stream.CopyToAsync(back).WaitAsync(TestWait.Longest);
            return back.ToArray();
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource late = new(TestWait.Longest);
        while (!condition())
        {
            await Task.Delay(1, late.Token);
        }
    }
}
