using System.Net.Mail;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Proxy;

namespace DnsServerCore.ApplicationCommon;

/// <summary>The server, as an app sees it.</summary>
public interface IDnsServer : IDnsClient
{
    /// <summary>The name under which the app is installed.</summary>
    string ApplicationName { get; }

    /// <summary>The folder into which the app was unpacked.</summary>
    string ApplicationFolder { get; }

    /// <summary>The server's own name.</summary>
    string ServerDomain { get; }

    /// <summary>The mail address of the person responsible.</summary>
    MailAddress ResponsiblePerson { get; }

    /// <summary>The cache.</summary>
    IDnsCache DnsCache { get; }

    /// <summary>The proxy for the server's own connections; null for none.</summary>
    NetProxy? Proxy { get; }

    /// <summary>Whether IPv6 is used.</summary>
    IPv6Mode IPv6Mode { get; }

    /// <summary>The UDP payload that the server offers, in bytes.</summary>
    ushort UdpPayloadSize { get; }

    /// <summary>Asks the server itself, with recursion.</summary>
    /// <exception cref="TimeoutException">No answer within <paramref name="timeout"/> milliseconds.</exception>
    Task<DnsDatagram> DirectQueryAsync(DnsQuestionRecord question, int timeout = 4000, CancellationToken cancellationToken = default);

    /// <summary>Asks the server itself, with the flags of the request.</summary>
    /// <exception cref="TimeoutException">No answer within <paramref name="timeout"/> milliseconds.</exception>
    Task<DnsDatagram> DirectQueryAsync(DnsDatagram request, int timeout = 4000, CancellationToken cancellationToken = default);

    /// <summary>Writes a line to the server's log.</summary>
    void WriteLog(string message);

    /// <summary>Writes an exception to the server's log.</summary>
    void WriteLog(Exception ex);
}
