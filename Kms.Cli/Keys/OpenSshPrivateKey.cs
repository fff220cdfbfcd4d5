using Kms.Protocol;

namespace Kms.Cli;

/// <summary>The private key files of OpenSSH (its PROTOCOL.key), in which the public half stands in the clear, with a pass phrase too.</summary>
internal static class OpenSshPrivateKey
{
    private static ReadOnlySpan<byte> Magic => "openssh-key-v1\0"u8;

    /// <summary>Reads the public half, and nothing of what is secret.</summary>
    /// <exception cref="FormatException">It is no such file, or of a type that is not known.</exception>
    public static PublicKey ReadPublicHalf(ReadOnlySpan<byte> contents)
    {
        if (!contents.StartsWith(Magic)) throw new FormatException("The OPENSSH PRIVATE KEY does not begin as openssh-key-v1.");
        SshReader reader = new(contents[Magic.Length..]);
        reader.ReadString(); // the cipher
        reader.ReadString(); // how the pass phrase becomes a key
        reader.ReadString(); // and its options
        uint keys = reader.ReadNumber();
        ReadOnlySpan<byte> blob = reader.ReadString();
        if (reader.HasFailed || keys != 1) throw new FormatException("The OPENSSH PRIVATE KEY is not whole.");
        return SshKey.Read(blob);
    }
}
