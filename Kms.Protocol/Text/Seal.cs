namespace Kms.Protocol;

/// <summary>What authenticates a message: its last tag, <c>sig</c> or <c>mac</c> (docs/PROTOCOL.md section 3).</summary>
/// <param name="Kind">Signature, MAC, or none.</param>
/// <param name="CoveredLength">How much of the text it covers: from <c>v=</c> up to, and without, its own <c>"; "</c>.</param>
public readonly record struct Seal(SealKind Kind, int CoveredLength)
{
    internal const int MaximumSize = SigningKey.SignatureSize;

    /// <summary>No seal.</summary>
    public static Seal None => default;

    /// <summary>The size of the seal's value: the 64 bytes of a signature or the 32 of a MAC.</summary>
    public int Size => SizeOf(Kind);

    /// <summary>Where the value begins in the text, in base64.</summary>
    internal int ValueStart => CoveredLength + "; sig=".Length;

    internal static int SizeOf(SealKind kind) => kind switch
    {
        SealKind.Signature => SigningKey.SignatureSize,
        SealKind.Mac => PairwiseKey.MacSize,
        _ => 0,
    };
}
