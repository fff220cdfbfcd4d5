namespace Kms.Protocol;

/// <summary>How a DNS packet came.</summary>
public enum DnsTransport
{
    /// <summary>Over UDP: the sender's address proves nothing.</summary>
    Udp = 0,

    /// <summary>Over a TCP connection to the server, perhaps with TLS.</summary>
    Tcp,
}
