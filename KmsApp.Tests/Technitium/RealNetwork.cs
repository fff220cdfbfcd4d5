using Newtonsoft.Json.Linq;

namespace KmsApp.Tests;

/// <summary>The network of the seed's Fig. 7 on four real servers: host A in b.a.xx, host B in c.a.xx, KMS00 the trust anchor.</summary>
internal sealed class RealNetwork : IAsyncDisposable
{
    private RealNetwork(RealServer[] servers)
    {
        Kms00 = new RealKms("kms00.xx", "xx", servers[0]);
        Kms0 = new RealKms("kms0.a.xx", "a.xx", servers[1]);
        Kms1 = new RealKms("kms1.b.a.xx", "b.a.xx", servers[2]);
        Kms2 = new RealKms("kms2.c.a.xx", "c.a.xx", servers[3]);
    }

    internal RealKms Kms00 { get; }

    internal RealKms Kms0 { get; }

    internal RealKms Kms1 { get; }

    internal RealKms Kms2 { get; }

    internal RealKms[] All => [Kms00, Kms0, Kms1, Kms2];

    internal RealHostParty HostA { get; } = new("host-a.b.a.xx");

    internal RealHostParty HostB { get; } = new("host-b.c.a.xx");

    /// <summary>A neighbour of B, whose own KMS holds B's key.</summary>
    internal RealHostParty HostC { get; } = new("host-c.c.a.xx");

    /// <summary>A host whose key stands in KMS2's configuration instead of the zone.</summary>
    internal RealHostParty Configured { get; } = new("configured.c.a.xx");

    internal static async Task<RealNetwork> StartAsync()
    {
        List<RealServer> servers = [];
        try
        {
            foreach (string name in (string[])["ns00.xx", "ns0.a.xx", "ns1.b.a.xx", "ns2.c.a.xx"]) servers.Add(await RealServer.StartAsync(name));
            RealNetwork network = new([.. servers]);
            await network.BeginAsync();
            return network;
        }
        catch
        {
            foreach (RealServer server in servers) await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The configuration that belongs to a KMS's place in the figure.</summary>
    internal JObject ConfigurationOf(RealKms kms)
    {
        JObject configuration = kms.Own();
        if (kms != Kms00) configuration["upper"] = (kms == Kms0 ? Kms00 : Kms0).AsUpper();
        if (kms == Kms00) configuration["lower"] = new JArray(Kms0.AsLower());
        if (kms == Kms0) configuration["lower"] = new JArray(Kms1.AsLower(), Kms2.AsLower());
        if (kms == Kms1) configuration["trusted"] = new JArray(Kms00.AsTrusted());
        if (kms == Kms2) configuration["hosts"] = new JArray(new JObject { ["name"] = Configured.Name.Value, ["publicKeys"] = new JArray(Configured.Key.PublicKey.ToString()) });

        // Attestations so short that one given out is not given out again: every test sees the whole way.
        if (kms == Kms00) configuration["attestationLifetime"] = "00:00:15";
        if (kms == Kms1)
        {
            JObject plenty = new() { ["perSecond"] = 10_000, ["burst"] = 10_000 };
            configuration["limits"] = new JObject { ["checksForHost"] = plenty, ["checksForAddress"] = plenty, ["signaturesForHost"] = plenty, ["inquiriesForHost"] = plenty };
        }
        return configuration;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RealKms kms in All) await kms.Server.DisposeAsync();
    }

    private async Task BeginAsync()
    {
        foreach (RealKms kms in All) await kms.BeginAsync();
        foreach (RealKms kms in All) await kms.ConfigureAsync(ConfigurationOf(kms));
        await Kms1.PublishAsync(HostA);
        await Kms2.PublishAsync(HostB);
        await Kms2.PublishAsync(HostC);
    }
}
