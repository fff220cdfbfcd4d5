using System.Collections.Immutable;
using System.Net;
using Kms.Client;
using Kms.Protocol;
using Newtonsoft.Json.Linq;

namespace KmsApp.Tests;

/// <summary>
/// A cluster of two servers and an upper KMS. The primary node hands app and configuration to the other one; each makes a key of its
/// own, and the upper KMS accepts both. Nodes find each other at port 53, so these tests need to be allowed to use it.
/// </summary>
[TestClass]
[TestCategory(TechnitiumServer.Category)]
public sealed class RealClusterTests
{
    private const string ClusterDomain = "cluster.test";
    private const string Catalog = "cluster-catalog." + ClusterDomain;
    private const string Zone = "b.a.xx";
    private const int NodePort = Spec.DnsPort;
    private const int TlsWebPort = 53443;

    private static readonly TimeSpan Synchronisation = TimeSpan.FromSeconds(60);
    private static readonly RealHostParty Host = new("host-a.b.a.xx");
    private static readonly RealHostParty UpperHost = new("host.a.xx");
    private static readonly List<RealServer> Servers = [];
    private static RealKms _upper = null!;
    private static RealKms _first = null!;
    private static RealKms _second = null!;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context)
    {
        foreach ((string name, int port) in ((string, int)[])[("one.cluster.test", NodePort), ("two.cluster.test", NodePort), ("ns0.a.xx", RealServer.DnsPort)])
            Servers.Add(await RealServer.StartAsync(name, port));
        _first = new RealKms("kms1.b.a.xx", Zone, Servers[0]);
        _second = new RealKms("kms1.b.a.xx", Zone, Servers[1]);
        _upper = new RealKms("kms0.a.xx", "a.xx", Servers[2]);
        await JoinAsync();
    }

    [ClassCleanup]
    public static async Task StopAsync()
    {
        foreach (RealServer server in Servers) await server.DisposeAsync();
    }

    [TestMethod]
    public async Task Cluster_AppAndConfiguration_ReachTheOtherNodeAndTheUpperKmsAcceptsBoth()
    {
        RealServerApi first = _first.Server.Api;
        await _upper.BeginAsync();
        await _upper.PublishAsync(UpperHost);
        await first.CreateZoneAsync(Zone, "Primary", ("catalog", Catalog));
        await _first.Server.InstallAsync();
        await Eventually.HappensAsync(HasAppAsync, Synchronisation, () => "the other node has the app");

        JObject configuration = new()
        {
            ["enableKms"] = true,
            ["name"] = _first.Name.Value,
            ["domain"] = Zone,
            ["address"] = new JObject { ["one.cluster.test"] = _first.Server.Dns.ToString(), ["two.cluster.test"] = _second.Server.Dns.ToString() },
            ["upper"] = _upper.AsUpper(),
            ["deliverTo"] = new JArray($"127.0.0.0/8:{RealServer.DnsPort}", "127.0.0.0/8"),
        };
        await _first.ConfigureAsync(configuration);
        PublicKey firstKey = await RealKms.ReadPublicKeyAsync(_first.Server);
        PublicKey secondKey = await RealKms.ReadPublicKeyAsync(_second.Server);
        Assert.AreNotEqual(firstKey, secondKey);
        await Eventually.HappensAsync(
            async () => await _second.Server.Api.AppConfigurationAsync(RealKms.AppName) == await first.AppConfigurationAsync(RealKms.AppName),
            Synchronisation, () => "the other node has the configuration");

        JObject upper = _upper.Own();
        upper["deliverTo"] = new JArray("127.0.0.0/8");
        upper["lower"] = new JArray(new JObject
        {
            ["name"] = _first.Name.Value,
            ["domain"] = Zone,
            ["addresses"] = new JArray(_first.Server.Dns.ToString(), _second.Server.Dns.ToString()),
            ["publicKeys"] = new JArray(firstKey.ToString(), secondKey.ToString()),
        });
        await _upper.ConfigureAsync(upper);
        await _first.PublishAsync(Host);
        await Eventually.HappensAsync(() => HasZoneAsync(Catalog, Zone), Synchronisation, () => "the other node has the hosts' zone");
        await _second.Server.Api.CallAsync("zones/resync", ("zone", Zone));

        foreach ((RealKms node, PublicKey key) in ((RealKms, PublicKey)[])[(_first, firstKey), (_second, secondKey)])
        {
            KeyResult? result = null;
            await Eventually.HappensAsync(
                async () => (result = await AskAsync(node, key, Host.Name)) is KeyFound, Synchronisation, () => $"{node.Server.ServerDomain} answers; {result?.Summary}");
            Assert.AreEqual(Host.Key.PublicKey, ((KeyFound)result!).Key);

            // A key that the upper KMS holds.
            result = await AskAsync(node, key, UpperHost.Name);
            Assert.IsInstanceOfType<KeyFound>(result, $"{node.Server.ServerDomain}: {result.Summary}");
        }
        foreach (RealServer server in Servers) ServerLogs.AssertNoExceptionOfOurs(await server.Api.LogAsync());
    }

    private static Task<KeyResult> AskAsync(RealKms node, PublicKey key, DomainName name) =>
        Host.Client(new AskedKms(node.Name, [node.Server.Dns], ImmutableArray.Create(key)), _upper.Anchor).GetKeyAsync(name, Use.Identity);

    private static async Task<bool> HasAppAsync() => await _second.Server.Api.FindAppAsync(RealKms.AppName) is not null;

    private static async Task JoinAsync()
    {
        string first = _first.Server.Dns.Address.ToString();
        await _first.Server.Api.CallAsync("admin/cluster/init", ("clusterDomain", ClusterDomain), ("primaryNodeIpAddresses", first));
        await ConsolesAreBackAsync(_first.Server);

        // What a joining node is given is what has been saved.
        await _first.Server.LogWithAsync(log => log.Contains("Cluster config file was saved", StringComparison.Ordinal), "the cluster's configuration");

        await _second.Server.Api.CallAsync(
            "admin/cluster/initJoin", ("secondaryNodeIpAddresses", _second.Server.Dns.Address.ToString()), ("primaryNodeUrl", $"https://one.cluster.test:{TlsWebPort}/"),
            ("primaryNodeIpAddress", first), ("ignoreCertificateErrors", "true"), ("primaryNodeUsername", RealServerApi.User), ("primaryNodePassword", RealServerApi.Password));
        await ConsolesAreBackAsync(_second.Server);

        // On loopback every server's packets come from 127.0.0.1, which is no node's address: the primary node would refuse to transfer its zones,
        // and would not be known by its notifications.
        foreach (string zone in (string[])[ClusterDomain, Catalog])
            await _first.Server.Api.SetZoneOptionsAsync(zone, ("zoneTransfer", "UseSpecifiedNetworkACL"), ("zoneTransferNetworkACL", "127.0.0.0/8"));
        await Eventually.HappensAsync(HasClusterZoneAsync, Synchronisation, () => "the other node has the cluster's zone");
    }

    private static Task<bool> HasClusterZoneAsync() => HasZoneAsync(Catalog, ClusterDomain);

    /// <summary>Has the other node fetch a zone, and looks whether it has another.</summary>
    private static async Task<bool> HasZoneAsync(string fetched, string wanted)
    {
        await _second.Server.Api.CallAsync("zones/resync", ("zone", fetched));
        await Task.Delay(TimeSpan.FromSeconds(1));
        return (await _second.Server.Api.CallAsync("zones/list"))["zones"]!.Any(zone => (string?)zone["name"] == wanted);
    }

    /// <summary>A node begins to serve its console over TLS by itself, and restarts it for that.</summary>
    private static async Task ConsolesAreBackAsync(RealServer server)
    {
        IPEndPoint tls = new(server.Web.Address, TlsWebPort);
        await Eventually.HappensAsync(() => RawDns.IsOpenAsync(tls), Synchronisation, () => $"{tls} is open");
        await Eventually.HappensAsync(() => IsWebUpAsync(server), Synchronisation, () => $"{server.Web} is open");
    }

    private static async Task<bool> IsWebUpAsync(RealServer server)
    {
        try
        {
            await server.Api.LoginAsync();
            return (bool?)(await server.Api.CallAsync("admin/cluster/state"))["clusterInitialized"] == true;
        }
        catch (Exception e) when (e is HttpRequestException or RealServerException)
        {
            return false;
        }
    }
}
