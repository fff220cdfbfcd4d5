using Kms.Protocol;

namespace KmsApp.Tests.Cli;

/// <summary>Keys whose other half nobody needs.</summary>
internal static class TestParties
{
    internal static PublicKey NewKey()
    {
        using SigningKey key = KeyImporter.Generate();
        return key.PublicKey;
    }
}
