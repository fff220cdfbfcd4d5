using Kms.Protocol;

namespace KmsApp.Tests.Cli;

/// <summary>A host's private key in a file, as <c>kms init</c> leaves it.</summary>
internal static class TestKeyFile
{
    /// <summary>Writes it for its owner alone.</summary>
    internal static void Write(string file, SigningKey key)
    {
        File.WriteAllText(file, key.ToPem());
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
