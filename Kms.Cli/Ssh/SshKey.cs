using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>Public keys in ssh's binary form: the type's name and the numbers (RFC 4253 section 6.6, RFC 5656 section 3.1, RFC 8709 section 4).</summary>
internal static class SshKey
{
    public const string Ed25519Type = "ssh-ed25519";
    public const string RsaType = "ssh-rsa";

    private const string EcdsaPrefix = "ecdsa-sha2-";

    /// <summary>What an OpenSSH certificate puts behind the name of its key's type.</summary>
    private const string CertificateSuffix = "-cert-v01@openssh.com";

    /// <summary>The name of a key's type, or null for a key that ssh does not know.</summary>
    public static string? TypeOf(KeyParts key) => key switch
    {
        EllipticParts elliptic => EcdsaPrefix + elliptic.Curve.SshName,
        RsaParts => RsaType,
        Ed25519Parts => Ed25519Type,
        _ => null,
    };

    /// <summary>Writes a key.</summary>
    /// <exception cref="FormatException">It is of no type that ssh knows.</exception>
    public static byte[] Write(KeyParts key) => key switch
    {
        EllipticParts elliptic => [.. Text(TypeOf(key)!), .. Text(elliptic.Curve.SshName), .. Piece(elliptic.Point)],
        RsaParts rsa => [.. Text(RsaType), .. Magnitude(rsa.Exponent), .. Magnitude(rsa.Modulus)],
        Ed25519Parts ed25519 => [.. Text(Ed25519Type), .. Piece(ed25519.Raw)],
        _ => throw new FormatException($"ssh needs a P-256, P-384, P-521, RSA or Ed25519 key, and this is {key.Kind}."),
    };

    /// <summary>Reads a key.</summary>
    /// <exception cref="FormatException">It is none of these types, or not in their form.</exception>
    public static PublicKey Read(ReadOnlySpan<byte> blob)
    {
        SshReader reader = new(blob);
        string type = Encoding.ASCII.GetString(reader.ReadString());
        KeyParts? key = type switch
        {
            Ed25519Type => new Ed25519Parts(reader.ReadString()),
            RsaType => ReadRsa(ref reader),
            _ when type.EndsWith(CertificateSuffix, StringComparison.Ordinal) => throw new FormatException("It is an OpenSSH certificate: give the file of the key that it certifies."),
            _ when type.StartsWith(EcdsaPrefix, StringComparison.Ordinal) => ReadElliptic(type, ref reader),
            _ => throw new FormatException($"It is a key of the type '{type}': {Ed25519Type}, {EcdsaPrefix}nistp256, -nistp384, -nistp521 and {RsaType} can be read."),
        };
        if (key is null || !reader.IsAtEnd) throw new FormatException($"It begins as a {type} key, and is not whole.");
        try
        {
            return key.ToPublicKey();
        }
        catch (CryptographicException e)
        {
            throw new FormatException(e.Message, e);
        }
    }

    /// <summary>Finds the key that a certificate is about; a plain key is itself.</summary>
    /// <param name="blob">What a server shows.</param>
    /// <param name="plain">The key, as <see cref="Write"/> writes it.</param>
    public static bool TryReadPlain(ReadOnlySpan<byte> blob, [NotNullWhen(true)] out byte[]? plain)
    {
        SshReader reader = new(blob);
        string type = Encoding.ASCII.GetString(reader.ReadString());
        plain = null;
        if (reader.HasFailed) return false;
        if (!type.EndsWith(CertificateSuffix, StringComparison.Ordinal))
        {
            plain = blob.ToArray();
            return true;
        }

        // PROTOCOL.certkeys of OpenSSH: type, nonce, and then the key's own strings.
        string keyType = type[..^CertificateSuffix.Length];
        reader.ReadString();
        ReadOnlySpan<byte> before = reader.Rest;
        reader.ReadString();
        if (keyType != Ed25519Type) reader.ReadString();
        if (reader.HasFailed) return false;
        plain = [.. Text(keyType), .. before[..(before.Length - reader.Rest.Length)]];
        return true;
    }

    /// <summary>The fingerprint as ssh shows it.</summary>
    public static string Fingerprint(ReadOnlySpan<byte> blob) => "SHA256:" + Convert.ToBase64String(SHA256.HashData(blob)).TrimEnd('=');

    private static RsaParts? ReadRsa(ref SshReader reader)
    {
        byte[] exponent = reader.ReadMagnitude().ToArray(), modulus = reader.ReadMagnitude().ToArray();
        return reader.HasFailed ? null : new RsaParts(modulus, exponent);
    }

    private static EllipticParts? ReadElliptic(string type, ref SshReader reader)
    {
        ReadOnlySpan<byte> name = reader.ReadString(), point = reader.ReadString();
        return EllipticCurve.WithSshName(name) is { } curve && type == EcdsaPrefix + curve.SshName ? EllipticParts.OfPoint(curve, point) : null;
    }

    private static byte[] Text(string text) => Piece(Encoding.ASCII.GetBytes(text));

    private static byte[] Magnitude(ReadOnlySpan<byte> number) => number[0] > 0x7F ? Piece([0, .. number]) : Piece(number);

    private static byte[] Piece(ReadOnlySpan<byte> bytes)
    {
        byte[] piece = new byte[sizeof(uint) + bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(piece, bytes.Length);
        bytes.CopyTo(piece.AsSpan(sizeof(uint)));
        return piece;
    }
}
