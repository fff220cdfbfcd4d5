using Kms.Protocol;

namespace Kms.Cli;

/// <summary>An Ed25519 key (RFC 8032): 32 bytes.</summary>
internal sealed class Ed25519Parts(ReadOnlySpan<byte> raw) : KeyParts
{
    private readonly byte[] _raw = raw.ToArray();

    public ReadOnlySpan<byte> Raw => _raw;

    public override string Kind => "Ed25519";

    /// <summary>The SubjectPublicKeyInfo up to the key (RFC 8410 section 4): the algorithm 1.3.101.112, without parameters.</summary>
    private static ReadOnlySpan<byte> Prefix => [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00];

    /// <inheritdoc/>
    /// <exception cref="FormatException">It is not 32 bytes.</exception>
    public override PublicKey ToPublicKey() =>
        _raw.Length == Ed25519.KeySize && PublicKey.TryRead([.. Prefix, .. _raw], out PublicKey? key)
            ? key
            : throw new FormatException($"An Ed25519 key has {Ed25519.KeySize} bytes, and this has {_raw.Length}.");
}
