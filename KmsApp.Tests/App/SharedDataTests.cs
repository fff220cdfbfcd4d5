using System.Security.Cryptography;
using Kms.Protocol;
using TechnitiumLibrary.Net.Dns.ResourceRecords;

namespace KmsApp.Tests;

/// <summary>Data of records that go to many hosts.</summary>
[TestClass]
public sealed class SharedDataTests
{
    private readonly SharedData _shared = new();

    [TestMethod]
    public void Of_ASignedMessageTwice_IsTheSameObject()
    {
        using SigningKey key = KeyImporter.Generate();
        Assert.IsTrue(MessageText.TrySign(Refusal(1), key, out MessageText? message));

        DnsTXTRecordData data = _shared.Of(message);

        Assert.AreEqual(message.ToString(), data.GetText());
        Assert.AreSame(data, _shared.Of(message));
    }

    [TestMethod]
    public void Of_AMessageWithAMac_IsMadeForEach()
    {
        PairwiseKey key = new(RandomNumberGenerator.GetBytes(32));
        Assert.IsTrue(MessageText.TryAuthenticate(Refusal(1), key, out MessageText? message));

        DnsTXTRecordData data = _shared.Of(message);

        Assert.AreEqual(message.ToString(), data.GetText());
        Assert.AreNotSame(data, _shared.Of(message));
    }

    [TestMethod]
    public void Of_MoreMessagesThanPlaces_IsTheDataOfEach()
    {
        using SigningKey key = KeyImporter.Generate();
        MessageText[] messages = [.. Enumerable.Range(0, 3_000).Select(number => MessageText.TrySign(Refusal(number), key, out MessageText? text) ? text : throw new InvalidOperationException("too long"))];

        Parallel.For(0, 4, _ =>
        {
            foreach (MessageText message in messages.Concat(messages)) Assert.AreEqual(message.ToString(), _shared.Of(message).GetText());
        });
    }

    private static Unsolved Refusal(int number)
    {
        DomainName kms = DomainName.Parse("kms.xx");
        DateTimeOffset at = DateTimeOffset.UnixEpoch.AddSeconds(number);
        return new Unsolved(DomainName.Parse("host.xx"), Use.Identity, kms, kms, Reason.NotFound, KmsPath.None, at, at.AddSeconds(30));
    }
}
