using System.Diagnostics.CodeAnalysis;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>X25519 keys between SubjectPublicKeyInfo (RFC 8410, OID 1.3.101.110) and the text of WireGuard: the base64 of the 32 bytes.</summary>
internal static class X25519
{
    private const int Size = 32;

    /// <summary>The SubjectPublicKeyInfo up to the 32 bytes.</summary>
    private static ReadOnlySpan<byte> Prefix => [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x6E, 0x03, 0x21, 0x00];

    /// <summary>Writes a key as WireGuard does. False: it is no X25519 key.</summary>
    public static bool TryWrite(PublicKey key, [NotNullWhen(true)] out string? text)
    {
        ReadOnlySpan<byte> info = key.Info.Span;
        bool is25519 = info.Length == Prefix.Length + Size && info.StartsWith(Prefix);
        text = is25519 ? Convert.ToBase64String(info[Prefix.Length..]) : null;
        return is25519;
    }

    /// <summary>Reads a key as WireGuard writes it.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static PublicKey Read(string text)
    {
        byte[] info = [.. Prefix, .. new byte[Size]];
        return Convert.TryFromBase64String(text, info.AsSpan(Prefix.Length), out int length) && length == Size && PublicKey.TryRead(info, out PublicKey? key)
            ? key
            : throw new FormatException($"\"{text}\" is no public key of WireGuard: write the 44 characters that 'wg pubkey' prints.");
    }
}
