using System.Collections.Immutable;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>KMSs as they are written on the command line, and what is said where they are written wrongly.</summary>
internal static class PartyText
{
    /// <summary>Reads <c>NAME=PUBLICKEY</c>, or several keys with commas between. A key in base64 may end in "=" itself.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static AskedKms Asked(string text, ImmutableArray<KmsAddress> servers) => text.Split('=', 2) is [var name, var keys]
        ? new AskedKms(DomainName.Parse(name), servers, Keys(keys))
        : throw new FormatException($"\"{text}\" is no KMS to ask: write NAME=PUBLICKEY, such as kms1.b.a.xx=MFkw...");

    /// <summary>Reads <c>NAME=DOMAIN=PUBLICKEY</c>, or several keys with commas between.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static TrustAnchor Anchor(string text) => text.Split('=', 3) is [var name, var domain, var keys]
        ? new TrustAnchor(DomainName.Parse(name), DomainName.Parse(domain), Keys(keys))
        : throw new FormatException($"\"{text}\" is no trust anchor: write NAME=DOMAIN=PUBLICKEY, such as kms00.xx=xx=MFkw...");

    /// <summary>A key with which a KMS can sign for hosts that use this command.</summary>
    /// <exception cref="FormatException">It is another one.</exception>
    public static PublicKey KeyOfKms(PublicKey key) => new KeyImporter(null).TryImport(key, out _, out KeyFault fault)
        ? key
        : throw new FormatException($"With the key {key} nothing could be checked ({fault}): hosts with this command need a KMS with a P-256 key.");

    private static ImmutableArray<PublicKey> Keys(string text) => [.. text.Split(',').Select(key => KeyOfKms(PublicKey.Parse(key)))];
}
