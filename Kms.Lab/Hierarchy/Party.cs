using Kms.Protocol;

namespace Kms.Lab;

/// <summary>Whoever has a name and a key: a KMS, a host, or a stranger.</summary>
internal class Party(DomainName name, SigningKey key) : IDisposable
{
    public DomainName Name { get; } = name;

    public SigningKey Key { get; } = key;

    /// <summary>Whoever has that name and a new key: a stranger to those who know the name.</summary>
    public static Party Stranger(DomainName name) => new(name, KeyImporter.Generate());

    /// <summary>Writes a message and authenticates it for a receiver.</summary>
    /// <param name="message">The message.</param>
    /// <param name="receiver">Who is to believe it.</param>
    /// <param name="kind">Signature or MAC.</param>
    public MessageText Seal(Message message, Party receiver, SealKind kind)
    {
        MessageText? text = null;
        bool sealedWell = kind == SealKind.Mac
            ? Key.TryAgree(Name, receiver.Name, receiver.Key.PublicKey, sending: true, out PairwiseKey? pairwise) && MessageText.TryAuthenticate(message, pairwise, out text)
            : MessageText.TrySign(message, Key, out text);
        return sealedWell ? text! : throw new InvalidOperationException($"{Name} cannot seal a message of type {message.Type}.");
    }

    /// <summary>Signs a message, an attestation for one.</summary>
    public MessageText Sign(Message message) => Seal(message, this, SealKind.Signature);

    public void Dispose()
    {
        Key.Dispose();
        GC.SuppressFinalize(this);
    }
}
