namespace Kms.Server;

/// <summary>What a zone of the server says about the keys of a host.</summary>
/// <param name="Texts">The texts of the TXT records, ours or not; null where the answer is not known now (refused, not authoritative, an error, a time-out).</param>
public readonly record struct ZoneAnswer(IReadOnlyList<ReadOnlyMemory<byte>>? Texts)
{
    /// <summary>The zone cannot be read now.</summary>
    public static ZoneAnswer NotKnown => default;

    /// <summary>Whether the zone answered with authority, be it "no record".</summary>
    public bool IsKnown => Texts is not null;
}
