using System.Numerics;
using System.Security.Cryptography;
using Kms.Protocol;

namespace KmsApp.Tests.Protocol;

/// <summary>Docs/PROTOCOL.md section 5, "Signatures": one spelling of a signature, one form of a key.</summary>
[TestClass]
public sealed class P256Tests
{
    private static readonly byte[] Data = "v=KMS1; t=…"u8.ToArray();

    private static readonly BigInteger Order = new(VectorKeys.Bytes(VectorKeys.Order), isUnsigned: true, isBigEndian: true);

    [TestMethod]
    public void Sign_ManyTimes_IsAlwaysLowAndVerifies()
    {
        using SigningKey key = KeyImporter.Generate();
        using VerificationKey verification = Import(key.PublicKey);
        byte[] signature = new byte[SigningKey.SignatureSize];
        for (int i = 0; i < 500; i++)
        {
            key.Sign(Data, signature);
            Assert.IsLessThanOrEqualTo(Order / 2, Number(signature.AsSpan(32)));
            Assert.IsTrue(verification.Verify(Data, signature));
        }
    }

    [TestMethod]
    public void Verify_HighS_IsRefusedThoughPlainEcdsaTakesIt()
    {
        using SigningKey key = VectorKeys.Private("kms1");
        using VerificationKey verification = Import(key.PublicKey);
        using ECDsa plain = ECDsa.Create();
        plain.ImportSubjectPublicKeyInfo(key.PublicKey.Info.Span, out _);
        byte[] signature = new byte[SigningKey.SignatureSize];
        for (int i = 0; i < 100; i++)
        {
            key.Sign(Data, signature);
            byte[] high = [.. signature[..32], .. Bytes(Order - Number(signature.AsSpan(32)))];
            Assert.IsTrue(plain.VerifyData(Data, high, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
            Assert.IsFalse(verification.Verify(Data, high));
        }
    }

    [TestMethod]
    public void Verify_NumbersOutOfRange_AreRefusedWithoutAnException()
    {
        using SigningKey key = VectorKeys.Private("kms1");
        using VerificationKey verification = Import(key.PublicKey);
        byte[] signature = new byte[SigningKey.SignatureSize];
        key.Sign(Data, signature);
        byte[] r = signature[..32], s = signature[32..], ones = [.. Enumerable.Repeat((byte)0xFF, 32)];
        BigInteger[] wrong = [0, Order, Order + 1, Order + Number(s) > BigInteger.Pow(2, 256) - 1 ? Order : Order + Number(s)];
        foreach (byte[] number in wrong.Select(Bytes).Append(ones))
        {
            Assert.IsFalse(verification.Verify(Data, [.. number, .. s]));
            Assert.IsFalse(verification.Verify(Data, [.. r, .. number]));
            Assert.IsFalse(verification.Verify(Data, [.. number, .. number]));
        }
        Assert.IsTrue(verification.Verify(Data, signature), "the key still works");
    }

    [TestMethod]
    [DataRow(0), DataRow(1), DataRow(31), DataRow(32), DataRow(63), DataRow(65), DataRow(72), DataRow(128)]
    public void Verify_WrongLength_IsRefused(int length)
    {
        using SigningKey key = VectorKeys.Private("kms1");
        using VerificationKey verification = Import(key.PublicKey);
        byte[] signature = new byte[SigningKey.SignatureSize];
        key.Sign(Data, signature);
        Assert.IsFalse(verification.Verify(Data, [.. signature.Concat(new byte[64]).Take(length)]));
    }

    [TestMethod]
    public void LowS_AroundTheHalf_KeepsTheLowAndReplacesTheHigh()
    {
        BigInteger half = Order / 2;
        foreach ((BigInteger s, BigInteger expected) in ((BigInteger, BigInteger)[])[(1, 1), (half - 1, half - 1), (half, half), (half + 1, half), (half + 2, half - 1), (Order - 1, 1)])
        {
            byte[] signature = [.. Bytes(7), .. Bytes(s)];
            Assert.AreEqual(s == expected, LowS.Holds(signature));
            LowS.Enforce(signature);
            Assert.AreEqual(expected, Number(signature.AsSpan(32)));
            Assert.AreEqual(7, Number(signature.AsSpan(0, 32)));
        }
    }

    [TestMethod]
    public void Verify_FromManyThreads_JudgesRightly()
    {
        using SigningKey key = VectorKeys.Private("kms1");
        using VerificationKey verification = Import(key.PublicKey);
        int wrong = 0;
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            byte[] data = BitConverter.GetBytes(i), signature = new byte[SigningKey.SignatureSize];
            key.Sign(data, signature);
            if (!verification.Verify(data, signature) || verification.Verify(BitConverter.GetBytes(i + 1), signature)) Interlocked.Increment(ref wrong);
        });
        Assert.AreEqual(0, wrong);
    }

    [TestMethod]
    [DataRow("rsa", KeyFault.Algorithm)]
    [DataRow("p384", KeyFault.Algorithm)]
    [DataRow("explicit", KeyFault.Algorithm)]
    [DataRow("compressed", KeyFault.Algorithm)]
    [DataRow("hybrid", KeyFault.Algorithm)]
    public void Import_KeyOfAnotherForm_IsOpaque(string file, KeyFault expected)
    {
        Assert.IsTrue(PublicKey.TryRead(VectorKeys.Info(file), out PublicKey? key));
        Assert.AreEqual(KeyAlgorithm.Other, key.Algorithm);
        Assert.IsFalse(VectorKeys.Importer().TryImport(key, out VerificationKey? verification, out KeyFault fault));
        Assert.IsNull(verification);
        Assert.AreEqual(expected, fault);
    }

    /// <summary>The point with the least x of the curve, spelled with x + p: the same point to whoever reduces it.</summary>
    [TestMethod]
    public void Import_CoordinateBeyondTheField_IsNoPoint()
    {
        BigInteger p = BigInteger.Pow(2, 256) - BigInteger.Pow(2, 224) + BigInteger.Pow(2, 192) + BigInteger.Pow(2, 96) - 1;
        BigInteger b = BigInteger.Parse("05AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B", System.Globalization.NumberStyles.HexNumber, null);
        BigInteger x = 0, y;
        while (true)
        {
            BigInteger square = (x * x * x - (3 * x) + b) % p;
            if (square.Sign < 0) square += p;
            y = BigInteger.ModPow(square, (p + 1) / 4, p);
            if (y * y % p == square) break;
            x++;
        }
        byte[] prefix = VectorKeys.Public("kms1").Info.Span[..^64].ToArray();
        Assert.IsTrue(PublicKey.TryRead([.. prefix, .. Bytes(x), .. Bytes(y)], out PublicKey? reduced));
        Assert.IsTrue(VectorKeys.Importer().TryImport(reduced, out VerificationKey? verification, out _));
        verification.Dispose();
        Assert.IsTrue(PublicKey.TryRead([.. prefix, .. Bytes(x + p), .. Bytes(y)], out PublicKey? beyond));
        Assert.IsFalse(VectorKeys.Importer().TryImport(beyond, out _, out KeyFault fault));
        Assert.AreEqual(KeyFault.Point, fault);
    }

    [TestMethod]
    public void Import_AnyOtherByteOfTheForm_NeverBecomesASecondSpelling()
    {
        byte[] right = VectorKeys.Public("kms1").Info.ToArray();
        using SigningKey key = VectorKeys.Private("kms1");
        byte[] signature = new byte[SigningKey.SignatureSize];
        key.Sign(Data, signature);
        for (int i = 0; i < right.Length; i++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] changed = [.. right];
                changed[i] ^= (byte)(1 << bit);
                if (!PublicKey.TryRead(changed, out PublicKey? other) || !VectorKeys.Importer().TryImport(other, out VerificationKey? verification, out _)) continue;
                Assert.IsFalse(verification.Verify(Data, signature), $"byte {i} bit {bit}");
                verification.Dispose();
            }
        }
    }

    private static VerificationKey Import(PublicKey key) =>
        new KeyImporter(null).TryImport(key, out VerificationKey? verification, out KeyFault fault) ? verification : throw new AssertFailedException(fault.ToString());

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger number)
    {
        byte[] digits = number.ToByteArray(isUnsigned: true, isBigEndian: true), bytes = new byte[32];
        if (!number.IsZero) digits.CopyTo(bytes, 32 - digits.Length);
        return bytes;
    }
}
