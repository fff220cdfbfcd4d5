using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>Finds the public key in a file as other programs write it: OpenSSH, OpenSSL and WireGuard, the public or the private half.</summary>
internal static class PublicKeyFile
{
    /// <summary>The name that stands for what is piped in.</summary>
    public const string Input = "-";

    /// <summary>The longest file that is read, in bytes: a certificate with its chain is far shorter.</summary>
    public const int MaximumLength = 64 * 1024;

    private const string Expected =
        "a public or private key as OpenSSH, OpenSSL or WireGuard writes it, a certificate, or the base64 of a SubjectPublicKeyInfo";

    /// <summary>Reads the key for a use.</summary>
    /// <inheritdoc cref="Read(string, CommandEnvironment)"/>
    public static PublicKey Read(string path, Use use, CommandEnvironment environment)
    {
        PublicKey key = Read(path, environment);
        return !use.IsIdentity || key.Algorithm is KeyAlgorithm.P256 or KeyAlgorithm.Ed25519 ? key : throw new FormatException(
            $"A key that authenticates a host is P-256 (named curve, uncompressed point) or Ed25519, and this is {KeyParts.Of(key).Kind}. Keys for other purposes go with --use.");
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; "-" is what is piped in.</param>
    /// <param name="environment">Brings what is piped in.</param>
    /// <exception cref="FormatException">No public key can be had from it; the message says what was seen and what would be right.</exception>
    public static PublicKey Read(string path, CommandEnvironment environment)
    {
        byte[] contents = path == Input ? Encoding.UTF8.GetBytes(environment.Input.ReadToEnd()) : ReadBounded(path);
        try
        {
            return Parse(contents, Path.GetFileName(path));
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            throw new FormatException($"{(path == Input ? "The input" : path)}: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contents);
        }
    }

    /// <summary>Finds the public key in the contents of a file.</summary>
    /// <param name="contents">What is in it.</param>
    /// <param name="name">The file's name: a private WireGuard key looks like a public one, and the name may tell them apart.</param>
    /// <exception cref="FormatException">There is none.</exception>
    /// <exception cref="CryptographicException">There is one that cannot be read.</exception>
    public static PublicKey Parse(ReadOnlyMemory<byte> contents, string name)
    {
        if (IsDer(contents)) return DerKey.Read(contents);
        string text = Encoding.UTF8.GetString(contents.Span).TrimStart('\uFEFF').Trim();
        if (text.Length == 0) throw new FormatException($"It is empty. Give {Expected}.");
        if (PemKey.TryRead(text, out PublicKey? pem)) return pem;
        if (OpenSshLine.TryRead(text, out PublicKey? line)) return line;
        if (WireGuardKey.TryRead(text, name, out PublicKey? wireGuard)) return wireGuard;
        return ReadInfo(text) ?? throw new FormatException($"{Refusal(text)} Give {Expected}.");
    }

    /// <summary>The base64 of a SubjectPublicKeyInfo, or null.</summary>
    private static PublicKey? ReadInfo(string text)
    {
        byte[] info = new byte[text.Length];
        return Convert.TryFromBase64String(text, info, out int length) && PublicKey.TryRead(info.AsSpan(0, length), out PublicKey? key) ? Checked(key) : null;
    }

    /// <summary>A key whose numbers were looked at, where its algorithm is known.</summary>
    internal static PublicKey Checked(PublicKey key)
    {
        KeyParts.Of(key);
        return key;
    }

    private static string Refusal(string text) => text switch
    {
        _ when text.StartsWith("---- BEGIN SSH2", StringComparison.Ordinal) => "It is a key in the form of RFC 4716: write it for OpenSSH with 'ssh-keygen -i -f FILE'.",
        _ when text.StartsWith("PuTTY-User-Key-File", StringComparison.Ordinal) => "It is a key of PuTTY: write it for OpenSSH with 'puttygen FILE -O public-openssh'.",
        _ when text.Contains("[Interface]", StringComparison.Ordinal) => "It is a WireGuard configuration: write its public key with 'wg show INTERFACE public-key > FILE.pub'.",
        _ => "It holds no key of a known form.",
    };

    /// <summary>Whether it is one DER sequence from the first byte to the last.</summary>
    private static bool IsDer(ReadOnlyMemory<byte> contents) =>
        AsnDecoder.TryReadEncodedValue(contents.Span, AsnEncodingRules.DER, out Asn1Tag tag, out _, out _, out int used)
        && tag == Asn1Tag.Sequence && used == contents.Length;

    private static byte[] ReadBounded(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        byte[] buffer = new byte[MaximumLength + 1];
        int length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        byte[] contents = length <= MaximumLength ? buffer[..length] : throw new FormatException($"{path}: It is longer than {MaximumLength} bytes. Give {Expected}.");
        CryptographicOperations.ZeroMemory(buffer);
        return contents;
    }
}
