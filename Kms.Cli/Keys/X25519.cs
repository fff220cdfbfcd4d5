using System.Diagnostics.CodeAnalysis;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>X25519 keys as SubjectPublicKeyInfo (RFC 8410 section 4) and as the bare 32 bytes that WireGuard writes.</summary>
internal static class X25519
{
    /// <summary>The size of a bare key, in bytes.</summary>
    public const int KeySize = 32;

    /// <summary>The SubjectPublicKeyInfo up to the key: the algorithm 1.3.101.110, without parameters.</summary>
    private static ReadOnlySpan<byte> Prefix => [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x6E, 0x03, 0x21, 0x00];

    /// <summary>Whether these bytes may be a key: a u-coordinate has 255 bits, and is written with the last bit zero (RFC 7748 section 5).</summary>
    public static bool IsCoordinate(ReadOnlySpan<byte> raw) => raw.Length == KeySize && raw[^1] <= 0x7F;

    /// <summary>The bare key, where this is an X25519 key.</summary>
    public static bool TryReadRaw(PublicKey key, [NotNullWhen(true)] out byte[]? raw)
    {
        ReadOnlySpan<byte> info = key.Info.Span;
        raw = info.StartsWith(Prefix) && IsCoordinate(info[Prefix.Length..]) ? info[Prefix.Length..].ToArray() : null;
        return raw is not null;
    }

    /// <summary>The key whose bare form this is.</summary>
    /// <exception cref="FormatException">It is not 32 bytes.</exception>
    public static PublicKey FromRaw(ReadOnlySpan<byte> raw) =>
        raw.Length == KeySize && PublicKey.TryRead([.. Prefix, .. raw], out PublicKey? key)
            ? key
            : throw new FormatException($"An X25519 key has {KeySize} bytes, and this has {raw.Length}.");
}
