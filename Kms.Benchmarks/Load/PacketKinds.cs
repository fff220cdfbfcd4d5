namespace Kms.Benchmarks;

/// <summary>What a sender must know of a kind of packet.</summary>
internal static class PacketKinds
{
    private const int HeaderLength = 12;

    public static readonly int Count = Enum.GetValues<PacketKind>().Length;

    public static readonly int Outcomes = Enum.GetValues<Outcome>().Length;

    /// <summary>Whether every packet of the kind must get a response: the others are abandoned, or may be.</summary>
    public static bool WantsAnswer(this PacketKind kind) => kind is not (PacketKind.Forged or PacketKind.Replayed or PacketKind.Malformed);

    /// <summary>Whether the answer bears messages, which a sample is checked for.</summary>
    public static bool IsHonestInquiry(this PacketKind kind) => kind is PacketKind.Warm or PacketKind.Cold or PacketKind.Unsolved;

    /// <summary>Whether it is an ordinary query.</summary>
    public static bool IsOrdinary(this PacketKind kind) => kind is PacketKind.Txt or PacketKind.A or PacketKind.Ipseckey;

    /// <summary>What a response says, from its header alone.</summary>
    /// <param name="kind">What was sent.</param>
    /// <param name="response">At least the header.</param>
    public static Outcome Judge(this PacketKind kind, ReadOnlySpan<byte> response)
    {
        if (response.Length < HeaderLength) return Outcome.OtherCode;
        int records = (response[6] << 8) | response[7];
        return (response[3] & 0xF, response[2] & 0x02) switch
        {
            (2, _) => Outcome.ServerFailure,
            (not 0, _) => Outcome.OtherCode,
            (_, not 0) => Outcome.Truncated,
            _ when records == 0 => Outcome.Empty,
            _ when records == 1 && kind is PacketKind.Warm or PacketKind.Cold => Outcome.Unsolved, // an answer has its attestation beside it
            _ => Outcome.Answered,
        };
    }
}
