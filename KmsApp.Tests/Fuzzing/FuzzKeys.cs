using System.Security.Cryptography;
using Kms.Cli;
using Kms.Protocol;

namespace KmsApp.Tests.Fuzzing;

/// <summary>Keys in the forms of other programs.</summary>
internal static class FuzzKeys
{
    private static readonly DomainName Owner = DomainName.Parse("host-b.c.a.xx");

    /// <summary>What a format makes of a key; null where it has no form for it.</summary>
    public static string? Write(KeyFormat format, PublicKey key)
    {
        try
        {
            return format.Write(key, Owner);
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }
}
