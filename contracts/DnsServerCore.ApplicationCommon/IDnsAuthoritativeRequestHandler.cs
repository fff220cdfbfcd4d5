using System.Net;
using TechnitiumLibrary.Net.Dns;

namespace DnsServerCore.ApplicationCommon;

/// <summary>An app that answers requests that no local zone answered.</summary>
public interface IDnsAuthoritativeRequestHandler
{
    /// <summary>The response, or null: not this app's.</summary>
    Task<DnsDatagram?> ProcessRequestAsync(DnsDatagram request, IPEndPoint remoteEP, DnsTransportProtocol protocol, bool isRecursionAllowed);
}
