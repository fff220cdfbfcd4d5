using System.Net;
using DnsServerCore.ApplicationCommon;
using Newtonsoft.Json.Linq;
using TechnitiumLibrary.Net.Dns;

namespace KmsApp;

/// <summary>
/// The app as the host sees it, and the only public type: the host reads the exported types before the bundled assemblies are
/// loaded, so bases, interfaces and fields of struct type come from the host or the platform alone.
/// </summary>
public sealed class App : IDnsApplication, IDnsApplicationPreference, IDnsRequestController, IDnsAuthoritativeRequestHandler, IDnsPostProcessor
{
    private const byte DefaultPreference = 5;

    private static readonly Task<DnsRequestControllerAction> Allow = Task.FromResult(DnsRequestControllerAction.Allow);
    private static readonly Task<DnsDatagram?> NotMine = Task.FromResult<DnsDatagram?>(null);

    /// <inheritdoc/>
    public string? Description => "A key server: attested public keys of hosts, by ordinary DNS packets.";

    /// <inheritdoc/>
    public byte Preference { get; private set; } = DefaultPreference;

    /// <inheritdoc/>
    public Task InitializeAsync(IDnsServer dnsServer, string? config)
    {
        Preference = config is null ? DefaultPreference : (byte?)JObject.Parse(config)["appPreference"] ?? DefaultPreference;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<DnsRequestControllerAction> GetRequestActionAsync(DnsDatagram request, IPEndPoint remoteEP, DnsTransportProtocol protocol) => Allow;

    /// <inheritdoc/>
    public Task<DnsDatagram?> ProcessRequestAsync(DnsDatagram request, IPEndPoint remoteEP, DnsTransportProtocol protocol, bool isRecursionAllowed) => NotMine;

    /// <inheritdoc/>
    public Task<DnsDatagram?> PostProcessAsync(DnsDatagram request, IPEndPoint remoteEP, DnsTransportProtocol protocol, DnsDatagram response)
        => Task.FromResult<DnsDatagram?>(response);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
