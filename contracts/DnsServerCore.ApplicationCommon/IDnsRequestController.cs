using System.Net;
using TechnitiumLibrary.Net.Dns;

namespace DnsServerCore.ApplicationCommon;

/// <summary>An app that sees every request before anything else does.</summary>
public interface IDnsRequestController
{
    /// <summary>Says what becomes of the request.</summary>
    Task<DnsRequestControllerAction> GetRequestActionAsync(DnsDatagram request, IPEndPoint remoteEP, DnsTransportProtocol protocol);
}
