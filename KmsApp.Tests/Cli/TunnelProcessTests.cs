using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Kms.Cli;
using Kms.Protocol;

namespace KmsApp.Tests.Cli;

/// <summary>The built <c>kms</c> as two hosts have it, with curl and a web server at the ends.</summary>
[TestClass]
public sealed class TunnelProcessTests
{
    private const int WrongPin = 90;

    private static readonly byte[] Content = RandomNumberGenerator.GetBytes(1 << 20);

    private static TunnelWorld? _world;
    private static Service? _web;
    private static Process? _listening;
    private static IPEndPoint? _endpoint;
    private static string? _folderOfA;

    public TestContext TestContext { get; set; } = null!;

    private static TunnelWorld World => _world!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext _)
    {
        _world = await TunnelWorld.StartAsync();
        _web = Service.Web(Content);
        _folderOfA = World.FolderOf(World.A);
        (_listening, _endpoint) = await StartKmsAsync(
            "tunnel", "listen", "--config", World.FolderOf(World.B), "--listen", "127.0.0.1:0", "--to", $"{_web.Endpoint}", "--allow", World.A.Name.Value);
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        if (_listening is not null) await EndAsync(_listening);
        if (_web is not null) await _web.DisposeAsync();
        if (_world is not null) await _world.DisposeAsync();
    }

    [TestMethod]
    public async Task Curl_ThroughBothEnds_GetsThePage()
    {
        (Process connecting, IPEndPoint local) = await StartKmsAsync(
            "tunnel", "connect", World.B.Name.Value, "--config", _folderOfA!, "--address", $"{_endpoint}", "--listen", "127.0.0.1:0");
        try
        {
            (int code, byte[] page, string error) = await RunAsync("curl", ["-sS", $"http://{local}/"]);

            Assert.AreEqual(0, code, error);
            CollectionAssert.AreEqual(Content, page);
        }
        finally
        {
            Assert.AreEqual((int)ExitCode.Found, await EndAsync(connecting));
        }
    }

    [TestMethod]
    public async Task Curl_StraightToTheListenerWithAPin_GetsThePage()
    {
        (int code, byte[] page, string error) = await RunAsync("curl", [.. Direct(World.B.Key.PublicKey), .. await CertificateAsync()]);

        Assert.AreEqual(0, code, error);
        CollectionAssert.AreEqual(Content, page);
    }

    [TestMethod]
    public async Task Curl_WithThePinOfAnotherKey_RefusesTheListener()
    {
        (int code, byte[] page, string error) = await RunAsync("curl", [.. Direct(World.A.Key.PublicKey), .. await CertificateAsync()]);

        Assert.AreEqual(WrongPin, code, error);
        Assert.IsEmpty(page);
    }

    [TestMethod]
    public async Task Curl_WithoutACertificate_GetsNothing()
    {
        (int code, byte[] page, _) = await RunAsync("curl", Direct(World.B.Key.PublicKey));

        Assert.AreNotEqual(0, code);
        Assert.IsEmpty(page);
    }

    [TestMethod]
    public async Task Certificate_Printed_IsOneThatOpensslReads()
    {
        string file = (await CertificateAsync())[1];

        (int code, byte[] text, string error) = await RunAsync("openssl", ["x509", "-in", file, "-noout", "-subject", "-ext", "subjectAltName", "-pubkey"]);

        Assert.AreEqual(0, code, error);
        string shown = System.Text.Encoding.ASCII.GetString(text);
        Assert.Contains("subject=CN = host-a.b.a.xx", shown);
        Assert.Contains("DNS:host-a.b.a.xx", shown);
        Assert.Contains(World.A.Key.PublicKey.ToPem(), shown);
    }

    [TestMethod]
    public async Task Stdio_OneConnection_CarriesIt()
    {
        (int code, byte[] page, string error) = await RunAsync(
            "dotnet", [KmsDll, "tunnel", "connect", World.B.Name.Value, "--config", _folderOfA!, "--address", $"{_endpoint}", "--stdio"], "GET / HTTP/1.1\r\n\r\n");

        Assert.AreEqual((int)ExitCode.Found, code, error);
        Assert.AreEqual("", error);
        CollectionAssert.AreEqual(Content, page[^Content.Length..]);
    }

    [TestMethod]
    public async Task Stdio_ToAnImpostor_IsRefused()
    {
        using SigningKey other = KeyImporter.Generate();
        await using RunningKms impostor = await World.ListenAsync(World.FolderOf(World.B, World.B.Name, other), _web!, World.A.Name.Value);

        (int code, byte[] output, string error) = await RunAsync(
            "dotnet", [KmsDll, "tunnel", "connect", World.B.Name.Value, "--config", _folderOfA!, "--address", $"{impostor.Endpoint}", "--stdio"], "GET / HTTP/1.1\r\n\r\n");

        Assert.AreEqual((int)ExitCode.Refused, code, error);
        Assert.Contains("shows another key than", error);
        Assert.IsEmpty(output);
    }

    [TestMethod]
    [DataRow("tunnel listen --listen 127.0.0.1:0 --to 127.0.0.1:80", "Nobody may connect")]
    [DataRow("tunnel listen --listen 127.0.0.1:0 --to 127.0.0.1 --allow host-a.b.a.xx", "is no HOST:PORT")]
    [DataRow("tunnel listen --listen here --to 127.0.0.1:80 --allow host-a.b.a.xx", "is no ADDRESS:PORT")]
    [DataRow("tunnel listen --listen 192.0.2.1:4433 --to 127.0.0.1:80 --allow host-a.b.a.xx", "Cannot listen at 192.0.2.1:4433")]
    [DataRow("tunnel listen --listen 127.0.0.1:0 --to 127.0.0.1:80 --allow host-a.b.a.xx --use tls", "--key FILE")]
    [DataRow("tunnel connect host-b.c.a.xx --listen 127.0.0.1:0", "At which port?")]
    [DataRow("tunnel connect host-b.c.a.xx:1", "one of --listen and --stdio")]
    [DataRow("tunnel connect host-b.c.a.xx:1 --address 127.0.0.1:1 --stdio", "leave it away")]
    [DataRow("certificate --key no-such-file.pem", "no-such-file.pem")]
    public async Task Kms_AWrongCommandLine_SaysWhatIsRight(string line, string says)
    {
        await using StringWriter output = new(), error = new();
        CommandEnvironment environment = new() { Output = output, Error = error };

        int code = await new KmsCommand(environment).RunAsync([.. line.Split(' '), "--config", _folderOfA!], TestContext.CancellationToken);

        Assert.AreEqual((int)ExitCode.Misused, code);
        Assert.Contains(says, error.ToString());
        Assert.AreEqual("", output.ToString());
    }

    private static string KmsDll => Path.Combine(AppContext.BaseDirectory, "kms.dll");

    private static string[] Direct(PublicKey pinned)
    {
        string pin = Convert.ToBase64String(SHA256.HashData(pinned.Info.Span));
        return ["-sS", "--insecure", "--pinnedpubkey", $"sha256//{pin}", $"https://{_endpoint}/"];
    }

    /// <summary>curl's arguments that show A's certificate, as <c>kms certificate</c> prints it.</summary>
    private async Task<string[]> CertificateAsync()
    {
        await using StringWriter output = new(), error = new();
        CommandEnvironment environment = new() { Output = output, Error = error };
        Assert.AreEqual((int)ExitCode.Found, await new KmsCommand(environment).RunAsync(["certificate", "--config", _folderOfA!], TestContext.CancellationToken), error.ToString());
        string file = Path.Combine(_folderOfA!, "certificate.pem");
        await File.WriteAllTextAsync(file, output.ToString(), TestContext.CancellationToken);
        return ["--cert", file, "--key", Path.Combine(_folderOfA!, "identity.pem")];
    }

    private static async Task<(Process Process, IPEndPoint Endpoint)> StartKmsAsync(params string[] args)
    {
        Process process = Process.Start(new ProcessStartInfo("dotnet", [KmsDll, .. args]) { RedirectStandardError = true })!;
        return (process, RunningKms.EndpointIn(await process.StandardError.ReadLineAsync().WaitAsync(TestWait.Longest) ?? ""));
    }

    /// <summary>Ends it with the signal of a service manager (SIGTERM).</summary>
    /// <returns>Its exit code.</returns>
    private static async Task<int> EndAsync(Process process)
    {
        using Process signalled = process;
        using Process kill = Process.Start("kill", [$"{process.Id}"]);
        await process.WaitForExitAsync().WaitAsync(TestWait.Longest);
        return process.ExitCode;
    }

    private async Task<(int Code, byte[] Output, string Error)> RunAsync(string program, string[] args, string input = "")
    {
        using Process process = new() { StartInfo = new(program, args) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true } };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            Assert.Inconclusive($"{program} is not installed.");
        }
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using MemoryStream output = new();
        await process.StandardOutput.BaseStream.CopyToAsync(output, TestContext.CancellationToken).WaitAsync(TestWait.Longest);
        await process.WaitForExitAsync(TestContext.CancellationToken);
        return (process.ExitCode, output.ToArray(), await error);
    }
}
