using System.Collections.Immutable;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>Imports the public keys of somebody in a configuration.</summary>
internal static class KeySet
{
    /// <exception cref="ConfigurationException">There is none, or one cannot verify here.</exception>
    public static ImmutableArray<VerificationKey> Import(ImmutableArray<PublicKey> keys, string owner, KeyImporter importer)
    {
        if (keys.IsDefaultOrEmpty) throw new ConfigurationException($"No public key of {owner} is there: name one at least.");
        return [.. keys.Select(Import)];

        VerificationKey Import(PublicKey key) => importer.TryImport(key, out VerificationKey? imported, out KeyFault fault)
            ? imported
            : throw new ConfigurationException($"A public key of {owner} cannot be used: {Explain(fault)} The key: {key}");
    }

    private static string Explain(KeyFault fault) => fault switch
    {
        KeyFault.Point => "its point is not on the curve.",
        KeyFault.Ed25519Missing => "it is an Ed25519 key, which needs a program that loads BouncyCastle.Cryptography; P-256 needs nothing.",
        _ => "it is neither P-256 (named curve, uncompressed point) nor Ed25519.",
    };
}
