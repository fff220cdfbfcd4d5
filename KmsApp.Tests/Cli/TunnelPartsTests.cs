using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Kms.Cli;
using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests.Cli;

/// <summary>What a tunnel is made of, each by itself.</summary>
[TestClass]
public sealed class TunnelPartsTests
{
    private static readonly DomainName Name = DomainName.Parse("host-a.b.a.xx");

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("host-a.b.a.xx", "host-a.b.a.xx", true)]
    [DataRow("*.b.a.xx", "host-a.b.a.xx", true)]
    [DataRow("*.a.xx", "host-a.b.a.xx", true)]
    [DataRow("*.b.a.xx", "b.a.xx", false)]
    [DataRow("*.a.xx", "host-a.bba.xx", false)]
    [DataRow("*.b.a.xx", "host-b.c.a.xx", false)]
    [DataRow("b.a.xx", "host-a.b.a.xx", false)]
    public void Holds_OnePattern_OnlyWhatItNames(string pattern, string name, bool expected) =>
        Assert.AreEqual(expected, new AllowedNames([pattern], any: false).Holds(DomainName.Parse(name)));

    [TestMethod]
    public void AllowedNames_NobodyOrSomeAndAny_AreRefused()
    {
        Assert.Contains("--allow NAME", Assert.ThrowsExactly<ConfigurationException>(() => new AllowedNames([], any: false)).Message);
        Assert.ThrowsExactly<ConfigurationException>(() => new AllowedNames(["host-a.b.a.xx"], any: true));
        Assert.ThrowsExactly<FormatException>(() => new AllowedNames(["*"], any: false));
        Assert.IsTrue(new AllowedNames([], any: true).Holds(Name));
    }

    [TestMethod]
    public void TryTake_ABucketThatIsEmpty_FillsWithTimeUpToItsSize()
    {
        VirtualTime time = new();
        TokenBucket bucket = new(2, TimeSpan.FromSeconds(10), time);
        int Taken() => Enumerable.Range(0, 5).Count(_ => bucket.TryTake());

        Assert.AreEqual(2, Taken());
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.AreEqual(0, Taken());
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.AreEqual(1, Taken());
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.AreEqual(1, Taken(), "The second over was not lost.");
        time.Advance(TimeSpan.FromDays(1));
        Assert.AreEqual(2, Taken());
    }

    [TestMethod]
    public async Task Note_MoreThanSomebodyReads_IsCounted()
    {
        VirtualTime time = new();
        await using StringWriter output = new();
        TunnelLog log = new(output, time);

        for (int i = 0; i < TunnelLimits.Lines + 7; i++) log.Note("refused");
        Assert.HasCount(TunnelLimits.Lines, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        time.Advance(TunnelLimits.LineEvery);
        log.Note("refused");

        Assert.EndsWith("kms: refused (7 such lines before this one were left out)" + Environment.NewLine, output.ToString());
    }

    [TestMethod]
    [DataRow("4433", "127.0.0.1:4433")]
    [DataRow("0", "127.0.0.1:0")]
    [DataRow("192.0.2.1:1", "192.0.2.1:1")]
    [DataRow("[::1]:4433", "[::1]:4433")]
    [DataRow("", null)]
    [DataRow("::1", null)]
    [DataRow("127.0.0.1", null)]
    [DataRow("127.0.0.1:", null)]
    [DataRow("65536", null)]
    [DataRow("localhost:1", null)]
    public void ParseListening_AText_IsAnEndpointOrRefused(string text, string? expected)
    {
        if (expected is null) Assert.Contains("is no ADDRESS:PORT", Assert.ThrowsExactly<ConfigurationException>(() => TunnelSocket.ParseListening(text, IPAddress.Loopback)).Message);
        else Assert.AreEqual(expected, TunnelSocket.ParseListening(text, IPAddress.Loopback).ToString());
    }

    [TestMethod]
    [DataRow("127.0.0.1:80", true)]
    [DataRow("[::1]:80", true)]
    [DataRow("www.b.a.xx:80", true)]
    [DataRow("www.b.a.xx", false)]
    [DataRow("127.0.0.1", false)]
    [DataRow("www.b.a.xx:0", false)]
    [DataRow(":80", false)]
    [DataRow("two words:80", false)]
    [DataRow("::1", false)]
    public void Parse_AText_IsAnEndpointOrRefused(string text, bool isOne)
    {
        if (isOne) Assert.IsNotNull(TunnelSocket.Parse(text));
        else Assert.Contains("is no HOST:PORT", Assert.ThrowsExactly<ConfigurationException>(() => TunnelSocket.Parse(text)).Message);
    }

    [TestMethod]
    [DataRow("host-a.b.a.xx")]
    [DataRow("a-host-with-a-name-that-is-too-long-for-a-common-name-of-x509.in.a.domain.xx")]
    public void HostCertificate_OfANameAndAKey_SaysBoth(string text)
    {
        using SigningKey key = KeyImporter.Generate();
        using X509Certificate2 certificate = HostCertificate.Of(DomainName.Parse(text), key, DateTimeOffset.UtcNow);

        Assert.IsTrue(HostCertificate.TryRead(certificate, out DomainName name, out Kms.Protocol.PublicKey? shown));
        Assert.AreEqual(text, name.Value);
        Assert.AreEqual(key.PublicKey, shown);
        Assert.IsLessThan(DateTime.Now, certificate.NotBefore);
        Assert.AreEqual(9999, certificate.NotAfter.ToUniversalTime().Year);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public void TryRead_ACertificateWithoutOneName_IsRefused(int names)
    {
        using System.Security.Cryptography.ECDsa key = System.Security.Cryptography.ECDsa.Create();
        CertificateRequest request = new("CN=host-a.b.a.xx", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder builder = new();
        for (int i = 0; i < names; i++) builder.AddDnsName($"host-{i}.b.a.xx");
        if (names > 0) request.CertificateExtensions.Add(builder.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));

        Assert.IsFalse(HostCertificate.TryRead(certificate, out _, out _));
    }

    [TestMethod]
    public void TryRead_ACertificateWithADamagedName_IsRefused()
    {
        using System.Security.Cryptography.ECDsa key = System.Security.Cryptography.ECDsa.Create();
        CertificateRequest request = new("CN=host-a.b.a.xx", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", [0x30, 0x7F, 0x82], critical: false));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));

        Assert.IsFalse(HostCertificate.TryRead(certificate, out _, out _));
    }

    [TestMethod]
    public async Task AcceptAsync_AStrangerWhoSaysNothing_IsGivenUp()
    {
        VirtualTime time = new();
        using SigningKey key = KeyImporter.Generate();
        using X509Certificate2 certificate = HostCertificate.Of(Name, key, DateTimeOffset.UtcNow);
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient stranger = new();
        await stranger.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.CancellationToken);
        using Socket accepted = await listener.AcceptSocketAsync(TestContext.CancellationToken);
        using TlsEnd tls = new(accepted);

        Task<Verdict> shaking = tls.AcceptAsync(TlsEnd.ToShow(certificate), time, TestContext.CancellationToken);
        Assert.AreEqual(1, time.ArmedTimers);
        time.Advance(TunnelLimits.HandshakeTime - TimeSpan.FromTicks(1));
        Assert.IsFalse(shaking.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));

        Verdict verdict = await shaking.WaitAsync(TestWait.Longest, TestContext.CancellationToken);
        Assert.AreEqual("it has not finished the TLS handshake within 10 s", verdict.Reason);
        Assert.AreEqual(0, time.ArmedTimers);
    }
}
