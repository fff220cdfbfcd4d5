using Kms.Protocol;

namespace Kms.Cli;

/// <summary>An X25519 key (RFC 7748): 32 bytes.</summary>
internal sealed class X25519Parts(byte[] raw) : KeyParts
{
    public ReadOnlySpan<byte> Raw => raw;

    public override string Kind => "X25519";

    public override PublicKey ToPublicKey() => X25519.FromRaw(raw);
}
