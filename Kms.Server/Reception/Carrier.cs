namespace Kms.Server;

/// <summary>What carried a request to the server; for the journal.</summary>
public enum Carrier
{
    /// <summary>UDP: the source may be forged.</summary>
    Udp,

    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>DNS over TLS.</summary>
    Tls,

    /// <summary>DNS over HTTPS.</summary>
    Https,

    /// <summary>DNS over QUIC.</summary>
    Quic,
}
