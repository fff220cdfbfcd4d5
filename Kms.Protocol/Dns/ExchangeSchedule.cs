namespace Kms.Protocol;

/// <summary>
/// When what is sent in one DNS exchange, each time counted from its start (docs/PROTOCOL.md, section 2). Listening goes
/// on from the first packet to the end, on UDP also while TCP is tried.
/// </summary>
/// <param name="UdpSends">When the request is sent over UDP, in rising order. With none, UDP is not used at all.</param>
/// <param name="TcpStart">When TCP is tried, unless a response with TC or a request too long for UDP brings it forward.</param>
/// <param name="GivenUp">When the exchange ends without an answer.</param>
public sealed record ExchangeSchedule(IReadOnlyList<TimeSpan> UdpSends, TimeSpan TcpStart, TimeSpan GivenUp)
{
    /// <summary>The schedule between servers: UDP at 0 and 300 ms, TCP at 900 ms, given up at 3 s.</summary>
    public static ExchangeSchedule BetweenServers { get; } =
        new([TimeSpan.Zero, TimeSpan.FromMilliseconds(300)], TimeSpan.FromMilliseconds(900), TimeSpan.FromSeconds(3));

    /// <summary>The schedule of a host: UDP at 0 and 1.5 s, TCP at 3 s, given up at 7 s.</summary>
    public static ExchangeSchedule Host { get; } =
        new([TimeSpan.Zero, TimeSpan.FromMilliseconds(1500)], TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(7));

    /// <summary>The schedule of a host over TLS: the connection at once, given up at 7 s.</summary>
    public static ExchangeSchedule HostOverTls { get; } = new([], TimeSpan.Zero, Host.GivenUp);
}
