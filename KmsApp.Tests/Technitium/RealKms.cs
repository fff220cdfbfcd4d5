using System.Text.RegularExpressions;
using Kms.Client;
using Kms.Protocol;
using Newtonsoft.Json.Linq;

namespace KmsApp.Tests;

/// <summary>A key server on a real server: installed and configured as an administrator does it.</summary>
/// <param name="name">The KMS's name.</param>
/// <param name="domain">The domain it serves.</param>
/// <param name="server">The server.</param>
internal sealed partial class RealKms(string name, string domain, RealServer server)
{
    internal const string AppName = "KmsApp";

    internal DomainName Name { get; } = DomainName.Parse(name);

    internal DomainName Domain { get; } = DomainName.Parse(domain);

    internal RealServer Server { get; } = server;

    /// <summary>The public key, as the log shows it.</summary>
    internal PublicKey PublicKey { get; private set; } = null!;

    /// <summary>The configuration in force.</summary>
    internal JObject Configuration { get; private set; } = [];

    internal AskedKms Asked => new(Name, [Server.Dns], [PublicKey]);

    internal TrustAnchor Anchor => new(Name, Domain, [PublicKey]);

    /// <summary>Creates the zone, installs the app and switches it on, with no neighbours yet, and learns its public key from the log.</summary>
    /// <param name="primary">Where the zone is transferred from; null: it is made here.</param>
    internal async Task BeginAsync(RealServer? primary = null)
    {
        if (primary is null) await Server.Api.CreateZoneAsync(Domain.Value);
        else await Server.Api.CreateZoneAsync(Domain.Value, "Secondary", ("primaryNameServerAddresses", primary.Dns.ToString()));
        await Server.InstallAsync();
        await ConfigureAsync(Own());
        PublicKey = await ReadPublicKeyAsync(Server);
    }

    /// <summary>The configuration without neighbours. The private key stands outside the app's folder, so that it outlives the app.</summary>
    internal JObject Own() => new()
    {
        ["enableKms"] = true,
        ["name"] = Name.Value,
        ["domain"] = Domain.Value,
        ["privateKeyFile"] = Path.Combine(Server.Folder, "kms.pem"),
        ["address"] = Server.Dns.ToString(),
        ["deliverTo"] = new JArray($"127.0.0.0/8:{RealServer.DnsPort}"),
    };

    internal async Task ConfigureAsync(JObject configuration)
    {
        await Server.Api.ConfigureAppAsync(AppName, configuration.ToString());
        Configuration = configuration;
    }

    internal JObject AsUpper() => new()
    {
        ["name"] = Name.Value,
        ["addresses"] = new JArray(Server.Dns.ToString()),
        ["publicKeys"] = new JArray(PublicKey.ToString()),
    };

    internal JObject AsLower()
    {
        JObject lower = AsUpper();
        lower["domain"] = Domain.Value;
        return lower;
    }

    internal JObject AsTrusted() => new() { ["name"] = Name.Value, ["domain"] = Domain.Value, ["publicKeys"] = new JArray(PublicKey.ToString()) };

    /// <summary>Publishes a host's key in the zone.</summary>
    internal Task PublishAsync(RealHostParty host) => Server.Api.AddTxtAsync(Domain.Value, KeyRecord.OwnerOf(host.Name), host.Record);

    /// <summary>The public key that the server's log shows last, in the form to paste.</summary>
    internal static async Task<PublicKey> ReadPublicKeyAsync(RealServer server)
    {
        string log = await server.LogWithAsync(text => PublicKeyInLog().IsMatch(text), "a public key");
        return PublicKey.Parse(PublicKeyInLog().Matches(log)[^1].Groups[1].Value);
    }

    [GeneratedRegex("public ?key[^\r\n]*?\"?(MFkw[A-Za-z0-9+/]+=*)\"?", RegexOptions.IgnoreCase)]
    private static partial Regex PublicKeyInLog();
}
