using System.Security.Cryptography;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>A point on a named curve.</summary>
internal sealed class EllipticParts(EllipticCurve curve, byte[] x, byte[] y) : KeyParts
{
    /// <summary>The first byte of an uncompressed point (SEC 1 section 2.3.3).</summary>
    private const byte Uncompressed = 4;

    public EllipticCurve Curve { get; } = curve;

    public ReadOnlySpan<byte> X => x;

    public ReadOnlySpan<byte> Y => y;

    public override string Kind => Curve.Name;

    /// <summary>The uncompressed point.</summary>
    public byte[] Point => [Uncompressed, .. x, .. y];

    /// <summary>Takes a key on a curve apart.</summary>
    /// <exception cref="CryptographicException">It is no uncompressed point of the curve.</exception>
    public static EllipticParts Take(PublicKey key, EllipticCurve curve)
    {
        using ECDsa ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportSubjectPublicKeyInfo(key.Info.Span, out _);
        }
        catch (CryptographicException e)
        {
            throw new CryptographicException($"The key is no uncompressed point of {curve.Name}.", e);
        }
        ECPoint point = ecdsa.ExportParameters(includePrivateParameters: false).Q;
        return new EllipticParts(curve, point.X!, point.Y!);
    }

    /// <summary>Reads an uncompressed point, which <see cref="ToPublicKey"/> checks.</summary>
    /// <returns>Null where it has not that form.</returns>
    public static EllipticParts? OfPoint(EllipticCurve curve, ReadOnlySpan<byte> point) =>
        point.Length == 1 + 2 * curve.FieldSize && point[0] == Uncompressed
            ? new EllipticParts(curve, point[1..(1 + curve.FieldSize)].ToArray(), point[(1 + curve.FieldSize)..].ToArray())
            : null;

    /// <inheritdoc/>
    /// <exception cref="CryptographicException">The point is not on the curve.</exception>
    public override PublicKey ToPublicKey()
    {
        try
        {
            using ECDsa ecdsa = ECDsa.Create(new ECParameters { Curve = Curve.Platform, Q = new ECPoint { X = x, Y = y } });
            return PublicKey.TryRead(ecdsa.ExportSubjectPublicKeyInfo(), out PublicKey? key) ? key : throw new CryptographicException("The platform wrote no key.");
        }
        catch (CryptographicException e)
        {
            throw new CryptographicException($"The key is no point of {Curve.Name}.", e);
        }
    }
}
