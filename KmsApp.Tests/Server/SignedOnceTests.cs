using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>What is signed once for all who ask in its window.</summary>
[TestClass]
public sealed class SignedOnceTests
{
    private static readonly SigningKey Key = KeyImporter.Generate();

    private readonly VirtualTime _time = new();

    [TestMethod]
    public void Get_UnderThreads_SignsOnceInAWindow_AndTriesAgainAfterARefusal()
    {
        KeyServerConfiguration configuration = new(Name("kms"), Name("xx"), Key, Node.Import(Key.PublicKey), null, [], [], []);
        SignedOnce once = new();
        int signed = 0;
        DateTimeOffset now = _time.GetUtcNow();
        MessageText? Sign()
        {
            Interlocked.Increment(ref signed);
            return MessageText.Of(new KeyRecord(Name("h.xx"), default, Key.PublicKey, null, null));
        }
        MessageText? Get(DateTimeOffset at, Func<MessageText?> sign) => once.Get(at, configuration, sign, at + TimeSpan.FromSeconds(60));
        Assert.IsNull(Get(now, () => null));
        MessageText?[] texts = new MessageText?[64];
        Parallel.For(0, 64, i => texts[i] = Get(now, Sign));

        Assert.AreEqual(1, signed);
        Assert.AreEqual(1, texts.Distinct().Count());
        Get(now + TimeSpan.FromSeconds(59), Sign);
        Assert.AreEqual(1, signed);
        Get(now + TimeSpan.FromSeconds(60), Sign);
        Assert.AreEqual(2, signed);
        Get(now - TimeSpan.FromSeconds(301), Sign);
        Assert.AreEqual(3, signed, "a clock set back");
    }

    private static DomainName Name(string text) => DomainName.Parse(text);
}
