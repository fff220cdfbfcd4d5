using System.Collections.Immutable;
using System.Security.Cryptography;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>KMSs as they are written on the command line, and what is said where they are written wrongly.</summary>
internal static class PartyText
{
    /// <summary>Reads <c>NAME=PUBLICKEY</c>.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static AskedKms Asked(string text, ImmutableArray<KmsAddress> servers) => text.Split('=', 2) is [var name, var keys]
        ? new AskedKms(DomainName.Parse(name), servers, Keys(keys))
        : throw new FormatException($"\"{text}\" is no KMS to ask: write NAME=PUBLICKEY, such as kms1.b.a.xx=MFkw...");

    /// <summary>Reads <c>NAME=DOMAIN=PUBLICKEY</c>. A key in base64 may end in "=" itself.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static TrustAnchor Anchor(string text) => text.Split('=', 3) is [var name, var domain, var keys]
        ? new TrustAnchor(DomainName.Parse(name), DomainName.Parse(domain), Keys(keys))
        : throw new FormatException($"\"{text}\" is no trust anchor: write NAME=DOMAIN=PUBLICKEY, such as kms00.xx=xx=MFkw...");

    /// <summary>Does something, and says what is wrong with a command line or file instead of failing.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ReportMistakesAsync(TextWriter output, Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception e) when (e is FormatException or ConfigurationException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            await output.WriteLineAsync(e.Message);
            return LabCommand.Bad;
        }
    }

    private static ImmutableArray<PublicKey> Keys(string text) => [.. text.Split(',').Select(PublicKey.Parse)];
}
