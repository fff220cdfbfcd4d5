using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>Somebody with a name and a key.</summary>
internal sealed class TestParty(string name, SigningKey? key = null)
{
    internal DomainName Name { get; } = DomainName.Parse(name);

    internal SigningKey Key { get; } = key ?? KeyImporter.Generate();

    internal PublicKey PublicKey => Key.PublicKey;

    internal MessageText Sign(Message message)
    {
        Assert.IsTrue(MessageText.TrySign(message, Key, out MessageText? text));
        return text;
    }

    internal MessageText Mac(Message message, TestParty receiver)
    {
        Assert.IsTrue(Key.TryAgree(Name, receiver.Name, receiver.PublicKey, sending: true, out PairwiseKey? pairwise));
        Assert.IsTrue(MessageText.TryAuthenticate(message, pairwise, out MessageText? text));
        return text;
    }
}
