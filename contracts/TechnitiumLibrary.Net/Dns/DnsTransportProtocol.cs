namespace TechnitiumLibrary.Net.Dns;

/// <summary>What carried a request to the server.</summary>
public enum DnsTransportProtocol : byte
{
    /// <summary>UDP.</summary>
    Udp = 0,

    /// <summary>TCP.</summary>
    Tcp = 1,

    /// <summary>DNS over TLS.</summary>
    Tls = 2,

    /// <summary>DNS over HTTPS.</summary>
    Https = 3,

    /// <summary>The JSON form of DNS over HTTPS.</summary>
    HttpsJson = 4,

    /// <summary>DNS over QUIC.</summary>
    Quic = 5,

    /// <summary>UDP behind the PROXY protocol.</summary>
    UdpProxy = 253,

    /// <summary>TCP behind the PROXY protocol.</summary>
    TcpProxy = 254
}
