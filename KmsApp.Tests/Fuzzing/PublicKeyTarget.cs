using System.Text;
using Kms.Cli;
using Kms.Protocol;
using KmsApp.Tests.Protocol;

namespace KmsApp.Tests.Fuzzing;

/// <summary>SubjectPublicKeyInfo, as it comes in messages and zones.</summary>
internal sealed class PublicKeyTarget : FuzzTarget
{
    private static readonly byte[] Text = Encoding.ASCII.GetBytes("text");

    private readonly KeyImporter _importer = VectorKeys.Importer();

    public override string Name => "publicKey";

    public override IEnumerable<byte[]> Seeds =>
    [
        .. ((string[])["rsa", "p384", "explicit", "compressed", "hybrid"]).Select(VectorKeys.Info),
        .. ((string[])["host-a", "host-b", "kms0", "ed25519"]).Select(key => VectorKeys.Public(key).Info.ToArray()),
        .. VectorFile.ReadAll().Where(vector => vector.Name.StartsWith("key/", StringComparison.Ordinal)).Select(KeyOf).OfType<byte[]>(),
    ];

    public override IReadOnlyList<string> Tokens { get; } =
        ["\x30\x59", "\x30\x80", "\x30\x81\x80", "\x30\x82\x01\x22", "\x30\x84\xFF\xFF\xFF\xFF", "\x03\x42\x00\x04", "\x03\x42\x01", "\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07", "\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01", "\x06\x03\x2B\x65\x70", "\x05\x00", "\x02\x01\x00", "\x02\x00", "\x1F\xFF\x7F"];

    public override int ShortRun => 8_000;

    public override IReadOnlyList<string> Expected => ["refused", "P256", "Ed25519", nameof(KeyFault.Algorithm), nameof(KeyFault.Point)];

    public override string Try(byte[] input)
    {
        if (!PublicKey.TryRead(input, out PublicKey? key)) return "refused";
        BrokenLawException.Unless(key.Info.Span.SequenceEqual(input) && PublicKey.Parse(key.ToString()).Equals(key), "a key is written with the same bytes");
        Formats(key);
        if (!_importer.TryImport(key, out VerificationKey? imported, out KeyFault fault)) return fault.ToString();
        using (imported)
        {
            BrokenLawException.Unless(!imported.Verify(Text, new byte[SigningKey.SignatureSize]) && !imported.Verify(Text, input), "nobody's signature verifies");
        }
        return key.Algorithm.ToString();
    }

    /// <summary>A host writes it for other programs.</summary>
    private static void Formats(PublicKey key)
    {
        foreach (KeyFormat format in KeyFormat.All) FuzzKeys.Write(format, key);
    }

    private static byte[]? KeyOf(VectorFile vector)
    {
        string text = Encoding.Latin1.GetString(vector.Text);
        int start = text.IndexOf("; key=", StringComparison.Ordinal) + 6, end = text.IndexOf("; ", Math.Max(start, 6), StringComparison.Ordinal);
        byte[] key = new byte[text.Length];
        return start >= 6 && Convert.TryFromBase64String(end < 0 ? text[start..] : text[start..end], key, out int length) ? key[..length] : null;
    }
}
