using System.Security.Cryptography;
using System.Text;
using Kms.Protocol;
using KmsApp.Tests.Protocol;

namespace KmsApp.Tests.Fuzzing;

/// <summary>Private keys in PEM, as a KMS and a host read their own.</summary>
internal sealed class PrivateKeyTarget : FuzzTarget
{
    private static readonly byte[] Text = Encoding.ASCII.GetBytes("text");

    private readonly KeyImporter _importer = VectorKeys.Importer();
    private readonly KeyImporter _plain = new(null);

    public override string Name => "privateKey";

    public override IEnumerable<byte[]> Seeds => [.. Directory.GetFiles(VectorFile.Folder, "*.pem").Order(StringComparer.Ordinal).Select(File.ReadAllBytes), .. FuzzCorpus.Files("keyFile")];

    public override IReadOnlyList<string> Tokens { get; } = ["-----BEGIN ", "-----END ", "-----", "PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PUBLIC KEY", "\n", "\r\n", "=", "MC4CAQ", "MIGH"];

    public override int ShortRun => 2_000;

    public override IReadOnlyList<string> Expected => ["P256", "Ed25519", "refused"];

    /// <summary>BouncyCastle reckons with objects.</summary>
    public override long AllocationFor(int length) => (8 * 1024 * 1024) + (256L * length);

    public override string Try(byte[] input)
    {
        string pem = Encoding.UTF8.GetString(input);
        if (Import(_plain, pem) is { } plain) plain.Dispose();
        using SigningKey? key = Import(_importer, pem);
        if (key is null) return "refused";
        byte[] signature = new byte[SigningKey.SignatureSize];
        key.Sign(Text, signature);
        BrokenLawException.Unless(_importer.TryImport(key.PublicKey, out VerificationKey? verifying, out _), "the public half of a key is one that authenticates");
        using (verifying) BrokenLawException.Unless(verifying!.Verify(Text, signature), "what a key signs verifies with its public half");
        return key.PublicKey.Algorithm.ToString();
    }

    /// <summary>Changes the DER in its base64.</summary>
    public override byte[] MutateInside(byte[] input, Mutator mutator) => FuzzPem.MutateInside(input, mutator);

    private static SigningKey? Import(KeyImporter importer, string pem)
    {
        try
        {
            return importer.ImportPem(pem);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
