using System.Security.Cryptography;
using System.Text;
using Kms.Protocol;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using BigInteger = Org.BouncyCastle.Math.BigInteger;
using BouncyEd25519 = Org.BouncyCastle.Math.EC.Rfc8032.Ed25519;

namespace KmsApp.Tests.Protocol;

/// <summary>
/// The fixed keys of the vectors, and the cryptography that made them: BouncyCastle's, with the nonces of RFC 6979, so
/// that every vector can be made again to the byte, and not by the code under test.
/// </summary>
internal static class VectorKeys
{
    private static readonly ECDomainParameters P256 = DomainOf(CustomNamedCurves.GetByName("secp256r1"));

    public static BigInteger Order => P256.N;

    public static string Pem(string file) => File.ReadAllText(Path.Combine(VectorFile.Folder, file));

    /// <summary>The importer of the tests: with the Ed25519 of the BouncyCastle that the tests have.</summary>
    public static KeyImporter Importer() => new(Ed25519.TryBind([typeof(BouncyEd25519).Assembly]));

    public static SigningKey Private(string key) => Importer().ImportPem(Pem(key + ".pem"));

    public static PublicKey Public(string key)
    {
        using SigningKey privateKey = Private(key);
        return privateKey.PublicKey;
    }

    public static VerificationKey Verifying(string key) =>
        Importer().TryImport(Public(key), out VerificationKey? verification, out KeyFault fault)
            ? verification
            : throw new InvalidOperationException($"{key}: {fault}");

    /// <summary>The SubjectPublicKeyInfo in a public PEM file, as it stands there.</summary>
    public static byte[] Info(string file)
    {
        string pem = Pem(file + ".pub.pem");
        return Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);
    }

    /// <summary>Signs: deterministic ECDSA with a low s, or Ed25519.</summary>
    public static byte[] Sign(string key, byte[] text)
    {
        string pem = Pem(key + ".pem");
        byte[] pkcs8 = Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);
        if (key.StartsWith("ed25519", StringComparison.Ordinal))
        {
            byte[] signature = new byte[64];
            BouncyEd25519.Sign(pkcs8, pkcs8.Length - 32, text, 0, text.Length, signature, 0);
            return signature;
        }
        (BigInteger r, BigInteger s) = SignEcdsa(Secret(key), text);
        return [.. Bytes(r), .. Bytes(s.CompareTo(P256.N.ShiftRight(1)) > 0 ? P256.N.Subtract(s) : s)];
    }

    public static (BigInteger R, BigInteger S) SignEcdsa(BigInteger secret, byte[] text)
    {
        ECDsaSigner signer = new(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(true, new ECPrivateKeyParameters(secret, P256));
        BigInteger[] numbers = signer.GenerateSignature(SHA256.HashData(text));
        return (numbers[0], numbers[1]);
    }

    /// <summary>The pairwise MAC of docs/PROTOCOL.md section 5, put together from RFC 5869's parts.</summary>
    public static byte[] Mac(string senderName, string senderKey, string receiverName, string receiverKey, byte[] text)
    {
        byte[] sender = Public(senderKey).Info.ToArray(), receiver = Public(receiverKey).Info.ToArray();
        byte[] secret = Bytes(P256.Curve.DecodePoint(receiver[^65..]).Multiply(Secret(senderKey)).Normalize().AffineXCoord.ToBigInteger());
        byte[] info = [.. Encoding.ASCII.GetBytes(senderName), 0, .. Encoding.ASCII.GetBytes(receiverName), 0,
            .. SHA256.HashData(sender), .. SHA256.HashData(receiver)];
        byte[] pseudorandom = HMACSHA256.HashData("KMS1 mac"u8, secret);
        byte[] key = HMACSHA256.HashData(pseudorandom, (byte[])[.. info, 1]);
        return HMACSHA256.HashData(key, text);
    }

    /// <summary>A number in 32 bytes.</summary>
    public static byte[] Bytes(BigInteger number)
    {
        byte[] digits = number.ToByteArrayUnsigned(), bytes = new byte[32];
        digits.CopyTo(bytes, 32 - digits.Length);
        return bytes;
    }

    private static BigInteger Secret(string key)
    {
        using ECDsa ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(Pem(key + ".pem"));
        return new BigInteger(1, ecdsa.ExportParameters(true).D!);
    }

    private static ECDomainParameters DomainOf(X9ECParameters curve) => new(curve.Curve, curve.G, curve.N, curve.H);
}
