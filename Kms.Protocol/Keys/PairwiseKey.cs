using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Kms.Protocol;

/// <summary>The key that two parties share for one direction (docs/PROTOCOL.md section 5): HMAC-SHA256 over a message's text.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A hash that nobody uses any more frees itself, as the platform's handles do.")]
public sealed class PairwiseKey
{
    /// <summary>The size of a MAC, in bytes.</summary>
    public const int MacSize = HMACSHA256.HashSizeInBytes;

    internal const int Size = 32;

    private readonly byte[] _key;
    private IncrementalHash? _idle; // with the key in it already: half the time of a hash that is made for one text

    internal PairwiseKey(byte[] key) => _key = key;

    /// <summary>Computes the MAC of a text.</summary>
    /// <param name="data">The text.</param>
    /// <param name="mac">Receives it: exactly <see cref="MacSize"/> bytes.</param>
    public void Authenticate(ReadOnlySpan<byte> data, Span<byte> mac)
    {
        IncrementalHash hash = Interlocked.Exchange(ref _idle, null) ?? IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        hash.AppendData(data);
        hash.GetHashAndReset(mac);
        if (Interlocked.CompareExchange(ref _idle, hash, null) is not null) hash.Dispose(); // another thread was here meanwhile
    }

    /// <summary>Checks a MAC, in constant time.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> mac)
    {
        Span<byte> expected = stackalloc byte[MacSize];
        Authenticate(data, expected);
        return CryptographicOperations.FixedTimeEquals(expected, mac);
    }
}
