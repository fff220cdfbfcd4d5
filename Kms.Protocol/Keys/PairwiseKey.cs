using System.Security.Cryptography;

namespace Kms.Protocol;

/// <summary>The key that two parties share for one direction (docs/PROTOCOL.md section 5): HMAC-SHA256 over a message's text.</summary>
public sealed class PairwiseKey
{
    /// <summary>The size of a MAC, in bytes.</summary>
    public const int MacSize = HMACSHA256.HashSizeInBytes;

    internal const int Size = 32;

    private readonly byte[] _key;

    internal PairwiseKey(byte[] key) => _key = key;

    /// <summary>Computes the MAC of a text.</summary>
    /// <param name="data">The text.</param>
    /// <param name="mac">Receives it: exactly <see cref="MacSize"/> bytes.</param>
    public void Authenticate(ReadOnlySpan<byte> data, Span<byte> mac) => HMACSHA256.HashData(_key, data, mac);

    /// <summary>Checks a MAC, in constant time.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> mac)
    {
        Span<byte> expected = stackalloc byte[MacSize];
        HMACSHA256.HashData(_key, data, expected);
        return CryptographicOperations.FixedTimeEquals(expected, mac);
    }
}
