namespace Kms.Protocol;

/// <summary>
/// The OPT pseudo-record of a message (RFC 6891), without the upper bits of the response code, which are part of
/// <see cref="DnsMessage.ResponseCode"/>. Equal ones have equal options in the same order.
/// </summary>
public sealed record Edns
{
    /// <summary>The greatest UDP payload that the sender takes, in bytes, as it was sent: a number below 512 means 512.</summary>
    public ushort UdpPayloadSize { get; init; } = Spec.UdpPayloadSize;

    /// <summary>The version, 0 in all that is in use.</summary>
    public byte Version { get; init; }

    /// <summary>Whether the sender wants DNSSEC records (DO).</summary>
    public bool DnssecOk { get; init; }

    /// <summary>The options, in the order in which they stand.</summary>
    public IReadOnlyList<EdnsOption> Options { get; init; } = [];

    /// <summary>The first extended error among the options, or null when there is none.</summary>
    public ExtendedError? ExtendedError => Options.Select(ExtendedError.FromOption).FirstOrDefault(error => error is not null);

    /// <inheritdoc/>
    public bool Equals(Edns? other) =>
        other is not null && UdpPayloadSize == other.UdpPayloadSize && Version == other.Version
        && DnssecOk == other.DnssecOk && Options.SequenceEqual(other.Options);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(UdpPayloadSize, Version, DnssecOk, Options.Count);
}
