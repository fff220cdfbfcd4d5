using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Kms.Protocol;
using KmsApp.Tests;
using Newtonsoft.Json.Linq;

namespace Kms.Benchmarks;

/// <summary>The four servers of Fig. 7, each a real one in a process of its own, with keys published through its HTTP API.</summary>
internal sealed class RealTarget : ITarget
{
    private readonly RealKms[] _all;

    private RealTarget(RealKms[] all)
    {
        _all = all;
        (RealKms top, RealKms asked, RealKms other) = (all[0], all[2], all[3]);
        Asked = new Asked(asked.Name, asked.Domain, asked.Server.Dns, asked.PublicKey, top.Name, top.Domain, top.PublicKey, other.Domain);
        Use = new ProcessUse([.. all.Select(kms => kms.Server.ProcessId)]);
    }

    public string Title => "real servers";

    public Asked Asked { get; }

    public ProcessUse Use { get; }

    /// <summary>Starts and configures them.</summary>
    /// <param name="authentication">How KMSs authenticate to each other; with MACs hosts may use either.</param>
    /// <param name="limits">The object <c>limits</c> of every KMS.</param>
    /// <param name="lifetime">How long attestations count; null: the default.</param>
    public static async Task<RealTarget> StartAsync(SealKind authentication, JsonObject limits, TimeSpan? lifetime = null)
    {
        List<RealServer> servers = [];
        try
        {
            foreach (string name in (string[])["ns00.xx", "ns0.a.xx", "ns1.b.a.xx", "ns2.c.a.xx"]) servers.Add(await RealServer.StartAsync(name));
            RealKms[] all = [new("kms00.xx", "xx", servers[0]), new("kms0.a.xx", "a.xx", servers[1]), new("kms1.b.a.xx", "b.a.xx", servers[2]), new("kms2.c.a.xx", "c.a.xx", servers[3])];
            foreach (RealKms kms in all) await kms.BeginAsync();
            foreach (RealKms kms in all) await kms.ConfigureAsync(ConfigurationOf(kms, all, authentication, limits, lifetime));
            RealKms asked = all[2];
            await asked.Server.Api.AddTxtAsync(asked.Domain.Value, asked.Domain.Value, "v=spf1 mx -all");
            await asked.Server.Api.AddRecordAsync(asked.Domain.Value, $"www.{asked.Domain}", "A", ("ipAddress", "192.0.2.80"));
            return new RealTarget(all);
        }
        catch
        {
            foreach (RealServer server in servers) await server.DisposeAsync();
            throw;
        }
    }

    public Task MoveUpperAsync(IPEndPoint? address)
    {
        (RealKms upper, RealKms asked) = (_all[1], _all[2]);
        JObject configuration = (JObject)asked.Configuration.DeepClone();
        configuration["upper"]!["addresses"] = new JArray((address ?? upper.Server.Dns).ToString());
        return asked.ConfigureAsync(configuration);
    }

    public async Task PublishAsync(IReadOnlyCollection<KeyRecord> records)
    {
        foreach (IGrouping<RealKms, KeyRecord> group in records.GroupBy(record => _all.Where(kms => record.Name.IsHeldBy(kms.Domain)).MaxBy(kms => kms.Domain.Value.Length)!))
        {
            StringBuilder zone = new();
            foreach (KeyRecord record in group) zone.Append(CultureInfo.InvariantCulture, $"{KeyRecord.OwnerOf(record.Name)}. 60 IN TXT \"{MessageText.Of(record)}\"\n");
            using StringContent content = new(zone.ToString(), Encoding.ASCII, new MediaTypeHeaderValue("text/plain"));
            await group.Key.Server.Api.SendAsync($"zones/import?zone={group.Key.Domain}", content);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RealKms kms in _all) await kms.Server.DisposeAsync();
    }

    private static JObject ConfigurationOf(RealKms kms, RealKms[] all, SealKind authentication, JsonObject limits, TimeSpan? lifetime)
    {
        JObject configuration = kms.Own();
        if (kms != all[0]) configuration["upper"] = (kms == all[1] ? all[0] : all[1]).AsUpper();
        if (kms == all[0]) configuration["lower"] = new JArray(all[1].AsLower());
        if (kms == all[1]) configuration["lower"] = new JArray(all[2].AsLower(), all[3].AsLower());
        if (kms == all[2]) configuration["trusted"] = new JArray(all[0].AsTrusted());
        configuration["authentication"] = authentication == SealKind.Mac ? "mac" : "signature";
        if (lifetime is { } given) configuration["attestationLifetime"] = given.ToString("c");
        configuration["limits"] = JObject.Parse(limits.ToJsonString());
        return configuration;
    }
}
