using Kms.Client;
using Kms.Protocol;
using Newtonsoft.Json.Linq;

namespace KmsApp.Tests;

/// <summary>The summary line in a real server's log, at the shortest interval. It takes a minute.</summary>
[TestClass]
[TestCategory(TechnitiumServer.Category)]
public sealed class RealSummaryTests
{
    private const string Interval = "00:01:00";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [TestMethod]
    public async Task Log_AtTheInterval_SaysWhatHappened()
    {
        RealHostParty host = new("host-a.b.a.xx");
        await using RealServer server = await RealServer.StartAsync("ns1.b.a.xx");
        RealKms kms = new("kms1.b.a.xx", "b.a.xx", server);
        await kms.BeginAsync();
        await kms.PublishAsync(host);
        JObject configuration = kms.Own();
        configuration["summaryInterval"] = Interval;
        await kms.ConfigureAsync(configuration);

        Assert.IsInstanceOfType<KeyFound>(await host.AskAsync(kms, kms, host.Name));
        Assert.IsInstanceOfType<KeyAbsent>(await host.AskAsync(kms, kms, DomainName.Parse("nobody.b.a.xx")));
        RealHostParty stranger = new("stranger.b.a.xx");
        byte[] packet = stranger.Inquire(kms, kms.Name, host.Name).ToArray();
        await Assert.ThrowsAsync<OperationCanceledException>(() => RawDns.AskUdpAsync(server.Dns, packet, TimeSpan.FromSeconds(1)));

        string log = "";
        await Eventually.HappensAsync(async () => (log = await server.Api.LogAsync()).Contains("In the last", StringComparison.Ordinal), Patience, () => $"a summary: {log}");
        Assert.AreEqual(
            $"In the last {Interval}: 1 inquiries of hosts attested; 1 unsolved; 1 attestations signed; 1 packets abandoned (sender 1).",
            ServerLogs.LinesOfOurs(log).Single(line => line.StartsWith("In the last", StringComparison.Ordinal)));
    }
}
