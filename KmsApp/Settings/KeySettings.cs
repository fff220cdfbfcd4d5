using System.Collections.Immutable;
using Kms.Protocol;

namespace KmsApp;

/// <summary>Public keys in dnsApp.config: the base64 of a SubjectPublicKeyInfo.</summary>
internal sealed class KeySettings(KeyImporter importer)
{
    private const int MostKeys = 16;

    /// <summary>Reads keys that are only attested, of any algorithm.</summary>
    /// <exception cref="SettingsException">One is no key or stands twice, or there are too many.</exception>
    public static ImmutableArray<PublicKey> Read(SettingNode? node, int most = MostKeys)
    {
        if (node is null) return [];
        ImmutableArray<PublicKey>.Builder keys = ImmutableArray.CreateBuilder<PublicKey>();
        foreach (SettingNode item in node.Items())
        {
            PublicKey key = Parse(item);
            if (keys.Contains(key)) throw item.Fault("this key stands twice; write it once");
            keys.Add(key);
        }
        return keys.Count <= most ? keys.ToImmutable() : throw node.Fault($"{keys.Count} keys; write {most} at most");
    }

    /// <summary>Reads keys that authenticate somebody.</summary>
    /// <exception cref="SettingsException">Also where one cannot check signatures here.</exception>
    public ImmutableArray<VerificationKey> Import(SettingNode? node)
    {
        ImmutableArray<PublicKey> keys = Read(node);
        return keys.IsEmpty ? [] : [.. node!.Items().Zip(keys, Import)];
    }

    /// <summary>Checks that keys can authenticate somebody.</summary>
    /// <exception cref="SettingsException">One cannot check signatures here.</exception>
    public void Check(SettingNode node, ImmutableArray<PublicKey> keys)
    {
        foreach ((SettingNode item, PublicKey key) in node.Items().Zip(keys)) Import(item, key).Dispose();
    }

    private VerificationKey Import(SettingNode node, PublicKey key)
    {
        if (importer.TryImport(key, out VerificationKey? imported, out KeyFault fault)) return imported;
        throw node.Fault(fault switch
        {
            KeyFault.Point => "this P-256 key is damaged: its point is not on the curve; paste it again",
            KeyFault.Ed25519Missing => "this is an Ed25519 key, and this server has no BouncyCastle.Cryptography to check its signatures; use a P-256 key",
            _ => "a key that authenticates is P-256 (named curve, uncompressed point) or Ed25519, and this is neither",
        });
    }

    private static PublicKey Parse(SettingNode node)
    {
        string text = node.Text("MFkw…");
        try
        {
            return PublicKey.Parse(text);
        }
        catch (FormatException)
        {
            throw node.Fault("this is no public key; paste the base64 of a SubjectPublicKeyInfo, as the log of a KMS shows it, or 'openssl pkey -in FILE -pubout -outform DER | base64 -w0'");
        }
    }
}
