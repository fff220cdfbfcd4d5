using System.Net;
using TechnitiumLibrary.Net.Dns;

namespace DnsServerCore.ApplicationCommon;

/// <summary>An app that may replace a response before it leaves.</summary>
public interface IDnsPostProcessor
{
    /// <summary>The response to send, or null: none is sent.</summary>
    Task<DnsDatagram?> PostProcessAsync(DnsDatagram request, IPEndPoint remoteEP, DnsTransportProtocol protocol, DnsDatagram response);
}
