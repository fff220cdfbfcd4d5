using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Kms.Protocol;

/// <summary>
/// A public key as an opaque SubjectPublicKeyInfo (RFC 5280, DER): the seed's S(X). Equal when the bytes are. Whether it can
/// verify anything is known when a <see cref="KeyImporter"/> has imported it.
/// </summary>
public sealed class PublicKey : IEquatable<PublicKey>
{
    /// <summary>The P-256 SubjectPublicKeyInfo up to the point: named curve, and 04 for an uncompressed point.</summary>
    private static ReadOnlySpan<byte> P256Prefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D,
        0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];

    /// <summary>The Ed25519 SubjectPublicKeyInfo up to the 32 bytes of the key (RFC 8410 section 4).</summary>
    private static ReadOnlySpan<byte> Ed25519Prefix => [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00];

    private const int P256Length = 27 + 64;
    private const int Ed25519Length = 12 + 32;

    private readonly byte[] _info;

    private PublicKey(byte[] info, KeyAlgorithm algorithm)
    {
        _info = info;
        Algorithm = algorithm;
    }

    /// <summary>The SubjectPublicKeyInfo, DER.</summary>
    public ReadOnlyMemory<byte> Info => _info;

    /// <summary>What the key is, by its SubjectPublicKeyInfo.</summary>
    public KeyAlgorithm Algorithm { get; }

    /// <summary>The SHA-256 of the SubjectPublicKeyInfo.</summary>
    public Digest Fingerprint => Digest.Of(_info);

    /// <summary>The key's own bytes within an Ed25519 SubjectPublicKeyInfo.</summary>
    internal ReadOnlySpan<byte> Ed25519Bytes => _info.AsSpan(Ed25519Prefix.Length);

    /// <summary>Reads a SubjectPublicKeyInfo of any algorithm. Only its outermost shape is looked at.</summary>
    public static bool TryRead(ReadOnlySpan<byte> info, [NotNullWhen(true)] out PublicKey? key)
    {
        KeyAlgorithm algorithm =
            info.Length == P256Length && info.StartsWith(P256Prefix) ? KeyAlgorithm.P256
            : info.Length == Ed25519Length && info.StartsWith(Ed25519Prefix) ? KeyAlgorithm.Ed25519
            : KeyAlgorithm.Other;
        key = algorithm != KeyAlgorithm.Other || HasShape(info) ? new PublicKey(info.ToArray(), algorithm) : null;
        return key is not null;
    }

    /// <summary>
    /// Reads what a person pastes: the base64 of a SubjectPublicKeyInfo, as
    /// <c>openssl pkey -pubout -outform DER | base64 -w0</c> prints it.
    /// </summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static PublicKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] info = new byte[text.Length];
        return Convert.TryFromBase64String(text, info, out int length) && TryRead(info.AsSpan(0, length), out PublicKey? key)
            ? key
            : throw new FormatException("This is no public key: paste the base64 of a SubjectPublicKeyInfo, as 'openssl pkey -in FILE -pubout -outform DER | base64 -w0' prints it.");
    }

    /// <summary>The key as a PEM block (<c>PUBLIC KEY</c>).</summary>
    public string ToPem() => PemEncoding.WriteString("PUBLIC KEY", _info);

    /// <summary>The base64 of the SubjectPublicKeyInfo, the form for configurations and messages.</summary>
    public override string ToString() => Convert.ToBase64String(_info);

    /// <inheritdoc/>
    public bool Equals(PublicKey? other) => other is not null && _info.AsSpan().SequenceEqual(other._info);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(_info);
        return hash.ToHashCode();
    }

    /// <summary>SEQUENCE { SEQUENCE { OBJECT IDENTIFIER, … }, BIT STRING } in DER, and nothing behind it.</summary>
    private static bool HasShape(ReadOnlySpan<byte> info) =>
        TryEnter(info, Asn1Tag.Sequence, out ReadOnlySpan<byte> content, out int used) && used == info.Length
        && TryEnter(content, Asn1Tag.Sequence, out ReadOnlySpan<byte> algorithm, out used)
        && TryEnter(algorithm, Asn1Tag.ObjectIdentifier, out ReadOnlySpan<byte> oid, out _) && oid.Length > 0
        && TryEnter(content[used..], Asn1Tag.PrimitiveBitString, out ReadOnlySpan<byte> bits, out int bitStringLength)
        && used + bitStringLength == content.Length
        && bits.Length > 1 && bits[0] == 0;

    private static bool TryEnter(ReadOnlySpan<byte> data, Asn1Tag tag, out ReadOnlySpan<byte> content, out int used)
    {
        content = default;
        if (!AsnDecoder.TryReadEncodedValue(data, AsnEncodingRules.DER, out Asn1Tag actual, out int offset, out int length, out used) || actual != tag) return false;
        content = data.Slice(offset, length);
        return true;
    }
}
