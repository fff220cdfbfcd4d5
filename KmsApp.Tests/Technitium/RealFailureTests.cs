using System.Security.Cryptography;
using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>The upper server of Fig. 7 is killed and comes back, on four real servers, while hosts ask.</summary>
[TestClass]
[TestCategory(TechnitiumServer.Category)]
public sealed class RealFailureTests
{
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(30);

    [TestMethod]
    public async Task UpperServer_KilledAndStartedAgainUnderLoad_CostsOnlyTheInquiriesThatNeedIt()
    {
        await using RealNetwork network = await RealNetwork.StartAsync();
        RealKms asked = network.Kms1, upper = network.Kms0;
        PublicKey key = upper.PublicKey;

        // Each asks for another name, which only KMS2 knows to have no key: all must go through the upper server.
        await using RunningInquiries load = new(asked, () => network.HostA.Inquire(asked, network.Kms00.Name, DomainName.Parse($"n{RandomNumberGenerator.GetHexString(8, lowercase: true)}.c.a.xx")), texts: 1);
        await load.SomeAnswersAsync(Recovery);

        await upper.Server.KillAsync();
        KeyResult without = await network.HostA.AskAsync(asked, network.Kms00, network.HostB.Name);
        Assert.IsInstanceOfType<KeyFailed>(without, without.Summary);
        Assert.IsInstanceOfType<KeyFound>(await network.HostA.AskAsync(asked, asked, network.HostA.Name), "what the asked server has itself");
        await load.SomeOrdinaryAnswersAsync(Recovery);
        await asked.Server.LogWithAsync(log => log.Contains($"The KMS {upper.Name} at {upper.Server.Dns} does not answer", StringComparison.Ordinal), "that KMS0 does not answer");

        await upper.Server.StartAgainAsync();
        await load.SomeAnswersAsync(Recovery);
        await asked.Server.LogWithAsync(log => log.Contains($"The KMS {upper.Name} answers again.", StringComparison.Ordinal), "that KMS0 answers again");
        KeyResult again = await network.HostA.AskAsync(asked, network.Kms00, network.HostB.Name);
        Assert.AreEqual(network.HostB.Key.PublicKey, (again as KeyFound)?.Key, again.Summary);

        await load.EndAsync();
        Assert.AreEqual(key, await RealKms.ReadPublicKeyAsync(upper.Server));
        Assert.IsTrue(asked.Server.IsRunning);
        Assert.AreEqual(0, load.OrdinaryFailures, $"of {load.OrdinaryAnswers} ordinary answers");
    }
}
