using System.Security.Cryptography;

namespace Kms.Cli;

/// <summary>A curve that ssh and JSON Web Keys have a name for.</summary>
/// <param name="Name">Its name in FIPS 186, which is that of RFC 7518 section 6.2.1.1 as well.</param>
/// <param name="SshName">Its name in RFC 5656 section 10.1.</param>
/// <param name="Oid">Its object identifier.</param>
/// <param name="FieldSize">The size of a coordinate, in bytes.</param>
internal sealed record EllipticCurve(string Name, string SshName, string Oid, int FieldSize)
{
    private static EllipticCurve[] All { get; } =
    [
        new("P-256", "nistp256", "1.2.840.10045.3.1.7", 32),
        new("P-384", "nistp384", "1.3.132.0.34", 48),
        new("P-521", "nistp521", "1.3.132.0.35", 66),
    ];

    /// <summary>The curve as the platform takes it.</summary>
    public ECCurve Platform => ECCurve.CreateFromValue(Oid);

    /// <summary>The curve of an object identifier, or null.</summary>
    public static EllipticCurve? WithOid(string? oid) => Array.Find(All, curve => curve.Oid == oid);

    /// <summary>The curve that ssh calls so, or null.</summary>
    public static EllipticCurve? WithSshName(ReadOnlySpan<byte> name)
    {
        foreach (EllipticCurve curve in All)
        {
            if (System.Text.Ascii.Equals(name, curve.SshName)) return curve;
        }
        return null;
    }
}
