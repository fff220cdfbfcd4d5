using Kms.Protocol;

namespace Kms.Cli;

/// <summary>A key of an algorithm that no format here takes apart. It may be attested all the same.</summary>
internal sealed class UnknownParts(PublicKey key, string algorithm) : KeyParts
{
    public override string Kind => $"of the algorithm {algorithm}";

    public override PublicKey ToPublicKey() => key;
}
