using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kms.Protocol;
using BouncyEd25519 = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace KmsApp.Tests.Simulation;

/// <summary>Key pairs by number, the same in every process. Made once, for making and importing them is dear.</summary>
internal sealed class KeyPool
{
    private static ReadOnlySpan<byte> Ed25519Pkcs8 => [0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

    private static ReadOnlySpan<byte> X25519Info => [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x6E, 0x03, 0x21, 0x00];

    private readonly List<KeyPair> _pairs = [];
    private readonly List<KeyPair> _ed25519Pairs = [];

    /// <summary>Imports keys of either algorithm.</summary>
    public static KeyImporter Importer { get; } = new(Kms.Protocol.Ed25519.TryBind([typeof(BouncyEd25519).Assembly]));

    public KeyPair this[int number]
    {
        get
        {
            while (_pairs.Count <= number) _pairs.Add(Make(_pairs.Count));
            return _pairs[number];
        }
    }

    /// <summary>A key pair of Ed25519.</summary>
    public KeyPair Ed25519(int number)
    {
        while (_ed25519Pairs.Count <= number) _ed25519Pairs.Add(MakeEd25519(_ed25519Pairs.Count));
        return _ed25519Pairs[number];
    }

    /// <summary>A public key that can sign nothing, as WireGuard has them.</summary>
    public static PublicKey X25519(Dice dice)
    {
        byte[] key = new byte[32];
        dice.Fill(key);
        return PublicKey.TryRead([.. X25519Info, .. key], out PublicKey? read) ? read : throw new InvalidOperationException();
    }

    private static KeyPair MakeEd25519(int number) =>
        Pair(number, PemEncoding.WriteString("PRIVATE KEY", [.. Ed25519Pkcs8, .. SecretOf(string.Create(CultureInfo.InvariantCulture, $"simulated Ed25519 key {number}"))]));

    private static KeyPair Make(int number)
    {
        byte[] secret = SecretOf(string.Create(CultureInfo.InvariantCulture, $"simulated key {number}"));
        using ECDsa ecdsa = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = secret });
        return Pair(number, ecdsa.ExportPkcs8PrivateKeyPem());
    }

    private static KeyPair Pair(int number, string pem)
    {
        SigningKey key = Importer.ImportPem(pem);
        return Importer.TryImport(key.PublicKey, out VerificationKey? verification, out KeyFault fault)
            ? new KeyPair(number, key, verification)
            : throw new InvalidOperationException(fault.ToString());
    }

    private static byte[] SecretOf(string text) => SHA256.HashData(Encoding.ASCII.GetBytes(text));
}
