using System.Security.Cryptography;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>A form in which a public key is handed to another program.</summary>
internal sealed class KeyFormat
{
    private readonly Func<PublicKey, DomainName, string> _write;

    private KeyFormat(string name, string description, Func<PublicKey, DomainName, string> write) => (Name, Description, _write) = (name, description, write);

    /// <summary>All of them; the first is what is written where none is asked for.</summary>
    public static IReadOnlyList<KeyFormat> All { get; } =
    [
        new("pem", "a PUBLIC KEY block (RFC 7468)", (key, _) => key.ToPem()),
        new("spki", "the base64 of the SubjectPublicKeyInfo", (key, _) => key.ToString()),
        new("jwk", "a JSON Web Key (RFC 7517, RFC 8037)", (key, _) => JsonWebKey.Write(KeyParts.Of(key))),
        new("ssh", "a line as in OpenSSH's .pub files", (key, name) => OpenSshLine.Write(KeyParts.Of(key), name)),
        new("wireguard", "the base64 of an X25519 key, as wg takes it", (key, _) => WireGuard(key)),
        new("sshfp", "an SSHFP record (RFC 4255) with SHA-256", (key, name) => SshFingerprint(KeyParts.Of(key), name)),
        new("tlsa", "the data of a TLSA record (RFC 6698): 3 1 1 and the SHA-256", (key, _) => $"3 1 1 {HashOf(key.Info.Span)}"),
        new("pin", "sha256//…, as curl --pinnedpubkey takes it", (key, _) => $"sha256//{Convert.ToBase64String(SHA256.HashData(key.Info.Span))}"),
    ];

    /// <summary>The names of all.</summary>
    public static IEnumerable<string> Names => All.Select(format => format.Name);

    /// <summary>What a person writes to get it.</summary>
    public string Name { get; }

    /// <summary>What it is, for help texts.</summary>
    public string Description { get; }

    /// <summary>Finds a format by its name.</summary>
    /// <exception cref="FormatException">There is none of that name.</exception>
    public static KeyFormat Parse(string name) =>
        All.FirstOrDefault(format => format.Name == name) ?? throw new FormatException($"'{name}' is no format: write one of {string.Join(", ", Names)}.");

    /// <summary>Writes a key, without a line's end.</summary>
    /// <param name="key">The key.</param>
    /// <param name="name">Whose it is.</param>
    /// <exception cref="FormatException">The format has no way to write keys of this algorithm.</exception>
    /// <exception cref="CryptographicException">The algorithm is known and the key is none of it.</exception>
    public string Write(PublicKey key, DomainName name) => _write(key, name);

    private static string WireGuard(PublicKey key) => X25519.TryReadRaw(key, out byte[]? raw)
        ? Convert.ToBase64String(raw)
        : throw new FormatException($"wireguard needs an X25519 key, and this is {KeyParts.Of(key).Kind}.");

    /// <summary>The algorithms' numbers are those of RFC 4255, RFC 6594 and RFC 7479; 2 is SHA-256.</summary>
    private static string SshFingerprint(KeyParts key, DomainName name)
    {
        byte[] blob = SshKey.Write(key);
        int algorithm = key switch
        {
            RsaParts => 1,
            EllipticParts => 3,
            _ => 4,
        };
        return $"{name}. IN SSHFP {algorithm} 2 {HashOf(blob)}";
    }

    private static string HashOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
