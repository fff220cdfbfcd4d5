using Kms.Cli;
using Kms.Lab;
using KmsApp.Tests.Lab;

namespace KmsApp.Tests.Cli;

/// <summary><c>kms</c> with a KMS that is asked over DNS-over-TLS, and the system's own trust and resolver.</summary>
[TestClass]
public sealed class TlsAddressTests
{
    [TestMethod]
    public async Task Get_NameCheckedByTheTrustOfTheSystem_FoundOnlyWhereTheIssuerIsTrusted()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("Only on Linux is the system's trust a file that a process can choose.");
        await using Hierarchy hierarchy = await PatientHierarchy.StartAsync(HierarchyPlan.Figure7);
        using TestCertificates certificates = new();
        await using TlsFront front = new(certificates.Issue("localhost"), hierarchy.KmsOfA.Endpoint);
        string address = $"tls://localhost:{front.Address.Port}";
        using CommandHost host = new(hierarchy.A, hierarchy.Top, address);
        string roots = Path.Combine(host.Folder, "roots.pem");
        await File.WriteAllTextAsync(roots, certificates.RootPem);

        CommandRun trusted = await host.RunProgramAsync(new Dictionary<string, string> { ["SSL_CERT_FILE"] = roots }, "get", hierarchy.B.Name.Value);
        CommandRun untrusted = await host.RunProgramAsync(new Dictionary<string, string>(), "get", hierarchy.B.Name.Value, "--fresh");

        Assert.AreEqual((int)ExitCode.Found, trusted.Code, trusted.Error);
        Assert.AreEqual(hierarchy.B.Key.PublicKey.ToPem(), trusted.Output.Trim());
        Assert.AreEqual((int)ExitCode.Failed, untrusted.Code);
        Assert.Contains("its certificate is not trusted here", untrusted.Error);
        Assert.AreEqual("", untrusted.Output);
        Assert.AreEqual(1, front.Requests);
        Assert.IsFalse(front.HasHeardUdp);
    }

    [TestMethod]
    public async Task Get_AddressThatIsNone_SaysWhereAndWhatIsRight()
    {
        await using Hierarchy hierarchy = await PatientHierarchy.StartAsync(HierarchyPlan.Chain(2));
        using CommandHost host = new(hierarchy.A, hierarchy.Top, "192.0.2.1", "tls://kms1.b.a.xx");
        string settings = Path.Combine(host.Folder, "kms.json");
        string text = await File.ReadAllTextAsync(settings);
        Assert.Contains("\"tls://kms1.b.a.xx\"", text);
        await File.WriteAllTextAsync(settings, text.Replace("tls://kms1.b.a.xx", "tls://kms1.b.a.xx/path", StringComparison.Ordinal));

        CommandRun run = await host.RunAsync("get", hierarchy.B.Name.Value);

        Assert.AreEqual((int)ExitCode.Misused, run.Code);
        Assert.Contains("kms.addresses[1]: \"tls://kms1.b.a.xx/path\" has no host: write tls://HOST", run.Error);
    }
}
