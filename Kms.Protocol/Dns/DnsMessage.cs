using System.Diagnostics.CodeAnalysis;

namespace Kms.Protocol;

/// <summary>
/// A DNS message (RFC 1035, section 4; RFC 6891). Equal messages have equal header fields and equal records in the same
/// order, letter case counted.
/// </summary>
public sealed record DnsMessage
{
    /// <summary>The greatest length of a DNS message, in bytes.</summary>
    public const int MaximumLength = ushort.MaxValue;

    /// <summary>The least length to which a message can be limited: what every DNS software takes over UDP.</summary>
    public const int LeastMaximumLength = 512;

    /// <summary>The ID, which a response repeats.</summary>
    public ushort Id { get; init; }

    /// <summary>Whether this is a response (QR).</summary>
    public bool IsResponse { get; init; }

    /// <summary>The kind of query, 0 to 15.</summary>
    public DnsOpcode Opcode { get; init; }

    /// <summary>Whether the responder has authority for the name (AA).</summary>
    public bool AuthoritativeAnswer { get; init; }

    /// <summary>Whether records were left out for want of room (TC).</summary>
    public bool Truncated { get; init; }

    /// <summary>Whether recursion is asked for (RD).</summary>
    public bool RecursionDesired { get; init; }

    /// <summary>Whether recursion is offered (RA).</summary>
    public bool RecursionAvailable { get; init; }

    /// <summary>Whether the data is authentic by DNSSEC, as the responder says (AD).</summary>
    public bool AuthenticData { get; init; }

    /// <summary>Whether checking by DNSSEC is disabled (CD).</summary>
    public bool CheckingDisabled { get; init; }

    /// <summary>The response code, 0 to 4095; above 15 only with <see cref="Edns"/>.</summary>
    public DnsResponseCode ResponseCode { get; init; }

    /// <summary>The questions; one in all that is in use.</summary>
    public IReadOnlyList<DnsQuestion> Questions { get; init; } = [];

    /// <summary>The answer section.</summary>
    public IReadOnlyList<DnsRecord> Answers { get; init; } = [];

    /// <summary>The authority section.</summary>
    public IReadOnlyList<DnsRecord> Authorities { get; init; } = [];

    /// <summary>The additional section without the OPT record.</summary>
    public IReadOnlyList<DnsRecord> Additionals { get; init; } = [];

    /// <summary>What the OPT record says, or null when there is none.</summary>
    public Edns? Edns { get; init; }

    /// <summary>
    /// Reads a message. Whatever the bytes, the work stays within a small multiple of their number, and nothing is thrown.
    /// </summary>
    /// <param name="packet">The whole packet, without the length that precedes it on TCP.</param>
    /// <param name="message">The message, with names in RDATA uncompressed where <see cref="DnsRecord.Data"/> says so.</param>
    /// <param name="fault">What is wrong, or <see cref="DnsFault.None"/>.</param>
    /// <returns>False when the packet is malformed.</returns>
    public static bool TryRead(ReadOnlySpan<byte> packet, [NotNullWhen(true)] out DnsMessage? message, out DnsFault fault)
    {
        var reader = new DnsMessageReader(packet);
        message = reader.Read();
        fault = reader.Fault;
        return message is not null;
    }

    /// <summary>Writes the message.</summary>
    /// <returns>The packet, at most 65,535 bytes.</returns>
    /// <exception cref="InvalidOperationException">It would be longer, or the response code needs an OPT record.</exception>
    /// <exception cref="FormatException">A name is no domain name.</exception>
    public byte[] ToArray() => DnsMessageWriter.TryWrite(this, MaximumLength, out byte[]? packet)
        ? packet
        : throw new InvalidOperationException("The message is longer than 65,535 bytes.");

    /// <summary>
    /// Writes the message within a limit. A message that does not fit loses all its records and says so by TC; question
    /// and OPT stay. Only where these do not fit by themselves, the options go, and then the questions.
    /// </summary>
    /// <param name="maximumLength">The limit, in bytes, 512 to 65,535.</param>
    /// <returns>The packet, never longer than the limit.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of range.</exception>
    /// <exception cref="InvalidOperationException">The response code needs an OPT record.</exception>
    /// <exception cref="FormatException">A name is no domain name.</exception>
    public byte[] ToArray(int maximumLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumLength, LeastMaximumLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumLength, MaximumLength);
        if (DnsMessageWriter.TryWrite(this, maximumLength, out byte[]? packet)) return packet;
        DnsMessage bare = this with { Truncated = true, Answers = [], Authorities = [], Additionals = [] };
        if (DnsMessageWriter.TryWrite(bare, maximumLength, out packet)) return packet;
        bare = bare with { Edns = Edns is null ? null : Edns with { Options = [] } };
        if (DnsMessageWriter.TryWrite(bare, maximumLength, out packet)) return packet;
        return (bare with { Questions = [] }).ToArray();
    }

    /// <inheritdoc/>
    public bool Equals(DnsMessage? other) =>
        other is not null && Id == other.Id && IsResponse == other.IsResponse && Opcode == other.Opcode
        && AuthoritativeAnswer == other.AuthoritativeAnswer && Truncated == other.Truncated
        && RecursionDesired == other.RecursionDesired && RecursionAvailable == other.RecursionAvailable
        && AuthenticData == other.AuthenticData && CheckingDisabled == other.CheckingDisabled
        && ResponseCode == other.ResponseCode && Edns == other.Edns && Questions.SequenceEqual(other.Questions)
        && Answers.SequenceEqual(other.Answers) && Authorities.SequenceEqual(other.Authorities)
        && Additionals.SequenceEqual(other.Additionals);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Id, IsResponse, Opcode, ResponseCode, Questions.Count, Answers.Count, Additionals.Count);
}
