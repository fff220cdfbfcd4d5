using System.Security.Cryptography;
using Kms.Protocol;

namespace KmsApp.Tests.Protocol;

/// <summary>Ed25519 through a real BouncyCastle, and without one.</summary>
[TestClass]
public sealed class Ed25519Tests
{
    private static readonly byte[] PrivatePrefix = Convert.FromHexString("302E020100300506032B657004220420");

    public static IEnumerable<object[]> Rfc8032 =>
        File.ReadLines(Path.Combine(VectorFile.Folder, "rfc8032-7.1.csv")).Select(line => line.Split(',').ToArray<object>());

    [TestMethod]
    [DynamicData(nameof(Rfc8032))]
    public void Rfc8032_Section71_Holds(string test, string secret, string publicKey, string message, string signature)
    {
        using SigningKey key = VectorKeys.Importer().ImportPem(PemEncoding.Write("PRIVATE KEY", [.. PrivatePrefix, .. Convert.FromHexString(secret)]));
        Assert.AreEqual(publicKey.ToUpperInvariant(), Convert.ToHexString(key.PublicKey.Info.Span[^32..]), test);
        Assert.AreEqual(KeyAlgorithm.Ed25519, key.PublicKey.Algorithm);

        byte[] data = Convert.FromHexString(message), computed = new byte[SigningKey.SignatureSize];
        key.Sign(data, computed);
        Assert.AreEqual(signature.ToUpperInvariant(), Convert.ToHexString(computed), test);

        Assert.IsTrue(VectorKeys.Importer().TryImport(key.PublicKey, out VerificationKey? verification, out _));
        Assert.IsTrue(verification.Verify(data, computed));
        Assert.IsFalse(verification.Verify([.. data, 0], computed));
        Assert.IsFalse(verification.Verify(data, computed.AsSpan(0, 63)));
        for (int bit = 0; bit < 512; bit += 7)
        {
            byte[] changed = [.. computed];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.IsFalse(verification.Verify(data, changed), $"{test}: bit {bit}");
        }
        verification.Dispose();
    }

    [TestMethod]
    public void Rfc8032_File_HoldsAllFive() => Assert.HasCount(5, Rfc8032);

    [TestMethod]
    public void Bind_NoBouncyCastle_FindsNone()
    {
        Assert.IsNull(Ed25519.TryBind([]));
        Assert.IsNull(Ed25519.TryBind([typeof(object).Assembly, typeof(Ed25519Tests).Assembly, typeof(Ed25519).Assembly]));
        Assert.IsNotNull(Ed25519.TryBind([typeof(object).Assembly, typeof(Org.BouncyCastle.Math.EC.Rfc8032.Ed25519).Assembly]));
    }

    [TestMethod]
    public void Import_PublicKeyWithoutBouncyCastle_SaysWhatIsMissing()
    {
        Assert.IsFalse(new KeyImporter(null).TryImport(VectorKeys.Public("ed25519"), out VerificationKey? key, out KeyFault fault));
        Assert.IsNull(key);
        Assert.AreEqual(KeyFault.Ed25519Missing, fault);
    }

    [TestMethod]
    public void Import_PrivateKeyWithoutBouncyCastle_SaysWhatIsMissing()
    {
        CryptographicException e = Assert.ThrowsExactly<CryptographicException>(() => new KeyImporter(null).ImportPem(VectorKeys.Pem("ed25519.pem")));
        StringAssert.Contains(e.Message, "BouncyCastle.Cryptography");
    }

    [TestMethod]
    public void ToPem_AndBack_IsTheSameKey()
    {
        using SigningKey key = VectorKeys.Private("ed25519");
        Assert.AreEqual(VectorKeys.Pem("ed25519.pem").Trim(), key.ToPem());
    }

    [TestMethod]
    public void Agree_WithAnyKey_IsNotOffered()
    {
        using SigningKey key = VectorKeys.Private("ed25519"), other = VectorKeys.Private("kms1");
        DomainName a = DomainName.Parse("a.xx"), b = DomainName.Parse("b.xx");
        Assert.IsFalse(key.TryAgree(a, b, other.PublicKey, sending: true, out _));
        Assert.IsFalse(other.TryAgree(b, a, key.PublicKey, sending: true, out _));
    }

    /// <summary>Any 32 bytes: no key makes the provider throw, and none verifies what it did not sign.</summary>
    [TestMethod]
    public void Verify_KeysThatAreNoPoints_IsFalse()
    {
        byte[] prefix = VectorKeys.Public("ed25519").Info.Span[..12].ToArray();
        Random random = new(1);
        byte[] bytes = new byte[32], signature = new byte[64];
        for (int i = 0; i < 200; i++)
        {
            random.NextBytes(bytes);
            random.NextBytes(signature);
            signature[63] &= 0x0F;
            Assert.IsTrue(PublicKey.TryRead([.. prefix, .. bytes], out PublicKey? key));
            Assert.IsTrue(VectorKeys.Importer().TryImport(key, out VerificationKey? verification, out _));
            Assert.IsFalse(verification.Verify("text"u8, signature));
            verification.Dispose();
        }
    }
}
