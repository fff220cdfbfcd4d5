using System.Diagnostics.CodeAnalysis;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>
/// A WireGuard key: the base64 of 32 bytes, whether public or private. A private one must never be published, and its public
/// half cannot be computed here, because the platform has no X25519; so whatever may be private is refused.
/// </summary>
internal static class WireGuardKey
{
    private const int TextLength = 44;

    /// <summary>Reads the public one.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="key">The key.</param>
    /// <returns>False where it is no WireGuard key.</returns>
    /// <exception cref="FormatException">It is a private one, or may be.</exception>
    public static bool TryRead(string text, string name, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        byte[] raw = new byte[X25519.KeySize];
        if (text.Length != TextLength || !Convert.TryFromBase64String(text, raw, out int length) || length != raw.Length) return false;
        if (!X25519.IsCoordinate(raw)) throw new FormatException("It has the form of a WireGuard key, but its last bit is one, and no X25519 key is written so.");
        if (!IsPublic(raw, name))
            throw new FormatException("It looks like a private WireGuard key, which is not to be published: write the public one with 'wg pubkey < FILE > FILE.pub' and give that.");
        key = X25519.FromRaw(raw);
        return true;
    }

    /// <summary>
    /// The name decides where it says something. Else the bits do: "wg genkey" makes private keys with five bits set as RFC 7748
    /// section 5 wants them, and one public key in sixteen has them so by chance.
    /// </summary>
    private static bool IsPublic(byte[] raw, string name)
    {
        if (name.Contains("priv", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".key", StringComparison.OrdinalIgnoreCase)) return false;
        if (name.Contains("pub", StringComparison.OrdinalIgnoreCase)) return true;
        return (raw[0] & 0x07) != 0 || (raw[^1] & 0x40) == 0;
    }
}
