namespace Kms.Protocol;

/// <summary>What authenticates a message: the value of its last tag, <c>sig</c> or <c>mac</c> (docs/PROTOCOL.md section 3).</summary>
public sealed class Seal
{
    /// <summary>No seal.</summary>
    public static readonly Seal None = new(SealKind.None, default, 0);

    internal const int MaximumSize = SigningKey.SignatureSize;

    internal Seal(SealKind kind, ReadOnlyMemory<byte> value, int coveredLength)
    {
        Kind = kind;
        Value = value;
        CoveredLength = coveredLength;
    }

    /// <summary>Signature, MAC, or none.</summary>
    public SealKind Kind { get; }

    /// <summary>The 64 bytes of a signature or the 32 of a MAC.</summary>
    public ReadOnlyMemory<byte> Value { get; }

    /// <summary>How much of the text it covers: from <c>v=</c> up to, and without, its own <c>"; "</c>.</summary>
    public int CoveredLength { get; }

    internal static int SizeOf(SealKind kind) => kind == SealKind.Mac ? PairwiseKey.MacSize : SigningKey.SignatureSize;
}
