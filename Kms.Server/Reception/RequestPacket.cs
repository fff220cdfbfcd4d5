using System.Net;

namespace Kms.Server;

/// <summary>A DNS query that carries KMS1 messages, as the host server hands it over.</summary>
/// <param name="QuestionName">The name in the question, as DNS writes it.</param>
/// <param name="Records">The TXT records of the additional section that bear the head.</param>
/// <param name="Source">Where the packet came from.</param>
/// <param name="IsStream">Whether it came over TCP or TLS: the source is real.</param>
public readonly record struct RequestPacket(string QuestionName, IReadOnlyList<CarriedRecord> Records, IPEndPoint Source, bool IsStream)
{
    /// <summary>What carried it, for the journal.</summary>
    public Carrier Carrier { get; init; } = IsStream ? Carrier.Tcp : Carrier.Udp;
}
