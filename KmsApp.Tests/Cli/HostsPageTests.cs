using System.Text;

namespace KmsApp.Tests.Cli;

/// <summary>The recipes of docs/HOSTS.md, run as written: the first one, and after it each of the others.</summary>
[TestClass]
public sealed class HostsPageTests
{
    private const string Content = "what the service says";

    private static readonly List<CommandBlock> Page = CommandBlock.Read(File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Cli", "HOSTS.md")));

    [TestMethod]
    public async Task Recipe1_TheFirstKey()
    {
        await using HostsPage page = await HostsPage.StartAsync();

        string output = await page.RunAsync(Recipe(1));

        Assert.Contains("-----BEGIN PUBLIC KEY-----", output);
        Assert.Contains("The key of host-b.c.a.xx is attested by kms00.xx until ", output);
        Assert.Contains("The own table (step 61)", output);
        Assert.Contains("host-b.c.a.xx\tidentity\tkms00.xx\t", output);
    }

    [TestMethod]
    public async Task Recipe2_Ssh()
    {
        await using HostsPage page = await HostsPage.StartAsync();
        await page.AddSshAsync();

        string output = await page.RunAsync(Recipe(1), Recipe(2));

        Assert.EndsWith("connected\n", output);
    }

    [TestMethod]
    public async Task Recipe3_Tls()
    {
        Tool.Require("curl");
        await using HostsPage page = await HostsPage.StartAsync();
        await using Service service = Service.Web(Encoding.ASCII.GetBytes(Content));
        page.Service = service.Endpoint;

        string output = await page.RunAsync(Recipe(1), Recipe(3));

        Assert.AreEqual(2, service.Connections, output);
        Assert.HasCount(3, output.Split(Content), output); // it came twice
    }

    [TestMethod]
    public async Task Recipe4_Ipsec()
    {
        StrongSwanTests.Require();
        await using HostsPage page = await HostsPage.StartAsync();
        await using JoinedNamespaces joined = await JoinedNamespaces.CreateAsync();
        await using IpsecHost a = await IpsecHost.StartAsync(page.Hierarchy, page.Hierarchy.A, joined.First, "10.1.0.0/24");
        await using IpsecHost b = await IpsecHost.StartAsync(page.Hierarchy, page.Hierarchy.B, joined.Second, "10.2.0.0/24");
        page.AddIpsec("a", joined.First, a);
        page.AddIpsec("b", joined.Second, b);

        string output = await page.RunAsync(Recipe(1), Recipe(4));

        Assert.Contains("authentication of 'host-b.c.a.xx' with ECDSA_WITH_SHA256_DER successful", output);
        Assert.Contains("1 packets transmitted, 1 received", output);
    }

    [TestMethod]
    public async Task Recipe5_WireGuard()
    {
        WireGuardTests.Require();
        await using HostsPage page = await HostsPage.StartAsync();
        await using JoinedNamespaces joined = await JoinedNamespaces.CreateAsync();
        await using WireGuardHost a = await WireGuardHost.StartAsync(page.Hierarchy, page.Hierarchy.A, joined.First, "10.3.0.1");
        await using WireGuardHost b = await WireGuardHost.StartAsync(page.Hierarchy, page.Hierarchy.B, joined.Second, "10.3.0.2");
        page.AddWireGuard("a", joined.First, a);
        page.AddWireGuard("b", joined.Second, b);

        string output = await page.RunAsync(Recipe(1), Recipe(5));

        Assert.Contains("3 packets transmitted, ", output);
        Assert.DoesNotContain(" 0 received", output);
    }

    [TestMethod]
    public void EveryCommand_IsInARecipeThatIsRun()
    {
        CommandBlock[] run = [.. Enumerable.Range(1, 5).SelectMany(Recipe)];

        CollectionAssert.AreEquivalent(Page.Where(block => !block.IsSettings).ToArray(), run);
        Assert.IsTrue(run.All(block => block.Role is "a" or "b"));
        Assert.HasCount(1, Page.Where(block => block.IsSettings));
    }

    private static CommandBlock[] Recipe(int number) => [.. Page.Where(block => block.Section.StartsWith($"{number}. ", StringComparison.Ordinal))];
}
