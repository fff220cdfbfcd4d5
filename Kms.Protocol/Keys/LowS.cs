using System.Numerics;

namespace Kms.Protocol;

/// <summary>
/// The one spelling of an ECDSA P-256 signature r‖s: s is at most half the order n of the group. For every valid s, n − s
/// verifies as well, so without this rule a changed byte could still pass (docs/PROTOCOL.md section 5).
/// </summary>
internal static class LowS
{
    private const int HalfSize = SigningKey.SignatureSize / 2;

    /// <summary>The order n of the group of P-256 (FIPS 186-4, D.1.2.3).</summary>
    private static ReadOnlySpan<byte> Order =>
    [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ];

    /// <summary>n / 2, rounded down.</summary>
    private static ReadOnlySpan<byte> HalfOrder =>
    [
        0x7F, 0xFF, 0xFF, 0xFF, 0x80, 0x00, 0x00, 0x00, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xDE, 0x73, 0x7D, 0x56, 0xD3, 0x8B, 0xCF, 0x42, 0x79, 0xDC, 0xE5, 0x61, 0x7E, 0x31, 0x92, 0xA8,
    ];

    /// <summary>Whether the s of a signature is low.</summary>
    public static bool Holds(ReadOnlySpan<byte> signature) => signature[HalfSize..].SequenceCompareTo(HalfOrder) <= 0;

    /// <summary>Replaces a high s by n − s.</summary>
    public static void Enforce(Span<byte> signature)
    {
        if (Holds(signature)) return;
        Span<byte> s = signature[HalfSize..];
        BigInteger low = new BigInteger(Order, isUnsigned: true, isBigEndian: true) - new BigInteger(s, isUnsigned: true, isBigEndian: true);
        s.Clear();
        int length = low.GetByteCount(isUnsigned: true);
        low.TryWriteBytes(s[(HalfSize - length)..], out _, isUnsigned: true, isBigEndian: true);
    }
}
