using System.Security.Cryptography;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>A KMS's public key as a person gives it: pasted, or as a file.</summary>
internal static class PublicKeyText
{
    /// <exception cref="FormatException">It is neither.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static PublicKey Read(string text)
    {
        if (!File.Exists(text)) return PublicKey.Parse(text);
        string pem = File.ReadAllText(text);
        return PemEncoding.TryFind(pem, out PemFields fields) && pem[fields.Label] == "PUBLIC KEY"
            ? PublicKey.Parse(pem[fields.Base64Data].ReplaceLineEndings(""))
            : throw new FormatException($"{text} has no block -----BEGIN PUBLIC KEY-----.");
    }
}
