using System.Security.Cryptography;

namespace Kms.Cli;

/// <summary>Names and work of the algorithms.</summary>
internal static class TsigAlgorithms
{
    private static readonly (TsigAlgorithm Algorithm, string Name)[] Names =
        [(TsigAlgorithm.HmacSha256, "hmac-sha256"), (TsigAlgorithm.HmacSha384, "hmac-sha384"), (TsigAlgorithm.HmacSha512, "hmac-sha512")];

    /// <summary>The name in DNS and in key files.</summary>
    public static string Name(this TsigAlgorithm algorithm) => Names[(int)algorithm].Name;

    /// <summary>The MAC of what is covered.</summary>
    public static byte[] Mac(this TsigAlgorithm algorithm, byte[] secret, ReadOnlySpan<byte> covered) => algorithm switch
    {
        TsigAlgorithm.HmacSha256 => HMACSHA256.HashData(secret, covered),
        TsigAlgorithm.HmacSha384 => HMACSHA384.HashData(secret, covered),
        _ => HMACSHA512.HashData(secret, covered),
    };

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static TsigAlgorithm Parse(string text)
    {
        foreach ((TsigAlgorithm algorithm, string name) in Names)
        {
            if (text.Equals(name, StringComparison.OrdinalIgnoreCase)) return algorithm;
        }
        throw new FormatException($"\"{text}\" is no algorithm of TSIG that is used here: hmac-sha256, hmac-sha384 or hmac-sha512.");
    }
}
