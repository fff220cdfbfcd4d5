using Kms.Protocol;

namespace KmsApp.Tests.Simulation;

/// <summary>A name in which the adversary speaks, and the key with which it signs: its own right, or stolen.</summary>
/// <param name="Name">The name.</param>
/// <param name="Key">The key.</param>
/// <param name="Kms">The KMS of that name, if it is one.</param>
internal sealed record Credential(DomainName Name, KeyPair Key, SimulatedKms? Kms)
{
    /// <summary>Seals a message to another party, in the way in which that one expects it.</summary>
    public MessageText Seal(Message message, DomainName to, PublicKey? keyOfOther, bool usesMac)
    {
        MessageText? text;
        bool fits = usesMac && keyOfOther is not null && Key.Private.TryAgree(Name, to, keyOfOther, sending: true, out PairwiseKey? pairwise)
            ? MessageText.TryAuthenticate(message, pairwise, out text)
            : MessageText.TrySign(message, Key.Private, out text);
        return fits ? text! : throw new InvalidOperationException("The adversary writes too long a message.");
    }
}
