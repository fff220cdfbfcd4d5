using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Kms.Cli;

/// <summary>Writes JSON Web Keys: RFC 7518 section 6 for curves and RSA, RFC 8037 section 2 for Ed25519 and X25519.</summary>
internal static class JsonWebKey
{
    /// <summary>Writes a key on one line, its members in the order in which RFC 7638 hashes them.</summary>
    /// <exception cref="FormatException">There is no such key for the algorithm.</exception>
    public static string Write(KeyParts key)
    {
        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json))
        {
            writer.WriteStartObject();
            switch (key)
            {
                case EllipticParts elliptic:
                    writer.WriteString("crv", elliptic.Curve.Name);
                    writer.WriteString("kty", "EC");
                    writer.WriteString("x", Base64Url.EncodeToString(elliptic.X));
                    writer.WriteString("y", Base64Url.EncodeToString(elliptic.Y));
                    break;
                case RsaParts rsa:
                    writer.WriteString("e", Base64Url.EncodeToString(rsa.Exponent));
                    writer.WriteString("kty", "RSA");
                    writer.WriteString("n", Base64Url.EncodeToString(rsa.Modulus));
                    break;
                case Ed25519Parts ed25519:
                    WriteOctets(writer, ed25519.Kind, ed25519.Raw);
                    break;
                case X25519Parts x25519:
                    WriteOctets(writer, x25519.Kind, x25519.Raw);
                    break;
                default:
                    throw new FormatException($"jwk needs a P-256, P-384, P-521, RSA, Ed25519 or X25519 key, and this is {key.Kind}.");
            }
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(json.GetBuffer().AsSpan(0, (int)json.Length));
    }

    private static void WriteOctets(Utf8JsonWriter writer, string curve, ReadOnlySpan<byte> raw)
    {
        writer.WriteString("crv", curve);
        writer.WriteString("kty", "OKP");
        writer.WriteString("x", Base64Url.EncodeToString(raw));
    }
}
