using System.Formats.Asn1;
using System.Text;

namespace KmsApp.Tests.Protocol;

/// <summary>The signatures of the vectors, checked by somebody else: docs/PROTOCOL.md section 5 shows the commands.</summary>
[TestClass]
public sealed class OpenSslTests
{
    /// <summary>What plain ECDSA takes and KMS1 does not: the reason for the rule that s is low.</summary>
    private const string SecondSpelling = "attestation/signature-high-s";

    [TestMethod]
    public void Signatures_OfTheVectors_AreJudgedAlikeByOpenSsl()
    {
        using OpenSsl openssl = new();
        int good = 0, bad = 0;
        foreach (VectorFile vector in VectorFile.ReadAll().Where(vector => vector.Key is not null))
        {
            bool expected = vector.Expect == "success" || vector.Name == SecondSpelling;
            Assert.AreEqual(expected, Verifies(openssl, vector), vector.Name);
            if (expected) good++;
            else bad++;
        }
        Assert.IsGreaterThan(60, good);
        Assert.IsGreaterThan(60, bad);
    }

    [TestMethod]
    public void Macs_OfTheVectors_AreThoseOfOpenSslsKdf()
    {
        using OpenSsl openssl = new();
        VectorFile[] vectors = [.. VectorFile.ReadAll().Where(vector => vector.Mac is not null && vector.Expect == "success")];
        Assert.IsGreaterThan(5, vectors.Length);
        foreach (VectorFile vector in vectors)
        {
            string[] parties = vector.Mac!.Split(' ');
            openssl.Write("own.pem", VectorKeys.Pem(parties[1] + ".pem"));
            openssl.Write("peer.pem", VectorKeys.Public(parties[3]).ToPem());
            openssl.Make("pkeyutl -derive -inkey own.pem -peerkey peer.pem -out secret.bin");
            byte[] secret = openssl.ReadBytes("secret.bin");
            byte[] info = [.. Encoding.ASCII.GetBytes(parties[0]), 0, .. Encoding.ASCII.GetBytes(parties[2]), 0,
                .. Fingerprint(parties[1]), .. Fingerprint(parties[3])];
            string key = openssl.Make("kdf -keylen 32 -kdfopt digest:SHA256"
                + $" -kdfopt hexkey:{Convert.ToHexString(secret)} -kdfopt hexsalt:{Convert.ToHexString("KMS1 mac"u8)} -kdfopt hexinfo:{Convert.ToHexString(info)} HKDF").Trim();
            (byte[] covered, byte[] mac) = Split(vector, "; mac=");
            openssl.Write("covered.bin", covered);
            string computed = openssl.Make($"dgst -sha256 -mac HMAC -macopt hexkey:{key.Replace(":", "", StringComparison.Ordinal)} -r covered.bin");
            Assert.StartsWith(Convert.ToHexStringLower(mac), computed, vector.Name);
        }
    }

    private static byte[] Fingerprint(string key) => System.Security.Cryptography.SHA256.HashData(VectorKeys.Public(key).Info.Span);

    private static bool Verifies(OpenSsl openssl, VectorFile vector)
    {
        (byte[] covered, byte[] signature) = Split(vector, "; sig=");
        openssl.Write("key.pem", VectorKeys.Public(vector.Key!).ToPem());
        openssl.Write("covered.bin", covered);
        bool isEd25519 = vector.Key == "ed25519";
        openssl.Write("signature.bin", isEd25519 ? signature : Der(signature));
        return openssl.Run(isEd25519
            ? "pkeyutl -verify -pubin -inkey key.pem -rawin -in covered.bin -sigfile signature.bin"
            : "dgst -sha256 -verify key.pem -signature signature.bin covered.bin").Succeeded;
    }

    /// <summary>What is covered, and the seal, found by the text alone.</summary>
    private static (byte[] Covered, byte[] Seal) Split(VectorFile vector, string tag)
    {
        string text = Encoding.ASCII.GetString(vector.Text);
        int place = text.LastIndexOf(tag, StringComparison.Ordinal);
        return (vector.Text[..place], Convert.FromBase64String(text[(place + tag.Length)..]));
    }

    private static byte[] Der(byte[] signature)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new System.Numerics.BigInteger(signature.AsSpan(0, 32), isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true));
        }
        return writer.Encode();
    }
}
