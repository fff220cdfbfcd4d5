using System.Text;
using Kms.Protocol;

namespace KmsApp.Tests.Protocol;

/// <summary>Whatever is read would be written with the same bytes; whatever is written is read as the same value.</summary>
[TestClass]
public sealed class MessageLawTests
{
    private const int Mutations = 100_000;
    private const int OracleMutations = 30_000;
    private const int GeneratedOfEachType = 1_000;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Law_EveryVectorThatIsRead_IsWrittenWithTheSameBytes()
    {
        int read = VectorFile.ReadAll().Count(vector => IsReadAndKeepsTheLaw(vector.Text));
        Assert.IsGreaterThan(150, read);
    }

    [TestMethod]
    public void Law_MutatedMessages_AreRefusedOrWrittenWithTheSameBytes()
    {
        Random random = Seeded();
        byte[][] good = [.. VectorFile.ReadAll().Where(vector => vector.Expect == "success").Select(vector => vector.Text)];
        int read = 0;
        HashSet<MessageFault> faults = [];
        for (int i = 0; i < Mutations; i++)
        {
            byte[] text = Mutation.Of(good, random);
            if (IsReadAndKeepsTheLaw(text)) read++;
            else faults.Add(FaultOf(text));
        }
        TestContext.WriteLine($"{read} of {Mutations} were read");
        Assert.IsGreaterThan(Mutations / 100, read);
        Assert.IsLessThan(Mutations / 2, read);
        CollectionAssert.AreEquivalent(Enum.GetValues<MessageFault>(), faults.ToArray());
    }

    [TestMethod]
    public void Grammar_ReadNaively_TakesTheSameTexts()
    {
        Random random = Seeded();
        VectorFile[] vectors = VectorFile.ReadAll();
        byte[][] good = [.. vectors.Where(vector => vector.Expect == "success").Select(vector => vector.Text)];
        IEnumerable<byte[]> texts = [.. vectors.Select(vector => vector.Text), .. Enumerable.Range(0, OracleMutations).Select(_ => Mutation.Of(good, random))];
        int read = 0;
        foreach (byte[] text in texts)
        {
            bool isRead = MessageText.TryParse(text, out _, out MessageFault fault);
            if (isRead) read++;
            if (GrammarOracle.IsMessage(text) != isRead) Assert.Fail($"{(isRead ? "read" : fault)}: {Encoding.Latin1.GetString(text)}");
        }
        Assert.IsGreaterThan(good.Length, read);
    }

    [TestMethod]
    public void Law_EveryCutOfAMessage_IsRefused()
    {
        foreach (VectorFile vector in VectorFile.ReadAll().Where(vector => vector.Name.StartsWith("fig8/", StringComparison.Ordinal)))
        {
            for (int length = 0; length < vector.Text.Length; length++)
            {
                bool read = MessageText.TryParse(vector.Text.AsMemory(0, length), out MessageText? message, out _);

                // Only a key record has no fixed end; a cut of its key is no DER.
                Assert.IsFalse(read, $"{vector.Name} cut at {length}: {message}");
            }
        }
    }

    [TestMethod]
    public void Law_GeneratedMessages_AreReadAsTheSameValue()
    {
        Random random = Seeded();
        MessageGenerator generator = new(random);
        using SigningKey key = VectorKeys.Private("kms1");
        Assert.IsTrue(key.TryAgree(DomainName.Parse("a.xx"), DomainName.Parse("b.xx"), VectorKeys.Public("kms0"), sending: true, out PairwiseKey? pairwise));
        foreach (MessageType type in Enum.GetValues<MessageType>())
        {
            int tooLong = 0;
            for (int i = 0; i < GeneratedOfEachType; i++)
            {
                Message message = generator.Next(type);
                MessageText? written;
                if (type is MessageType.Acknowledgement or MessageType.KeyRecord) written = MessageText.Of(message);
                else if (!(type == MessageType.Attestation ? MessageText.TrySign(message, key, out written) : MessageText.TryAuthenticate(message, pairwise, out written)))
                {
                    tooLong++;
                    continue;
                }
                Assert.AreEqual(message, written.Message);
                Assert.AreEqual(message.GetHashCode(), written.Message.GetHashCode());
                Assert.IsTrue(IsReadAndKeepsTheLaw(written.Text.ToArray()));
            }
            Assert.IsLessThan(GeneratedOfEachType / 2, tooLong);
        }
    }

    private static MessageFault FaultOf(byte[] text)
    {
        Assert.IsFalse(MessageText.TryParse(text, out _, out MessageFault fault));
        return fault;
    }

    /// <summary>Whether a text is read; if so, that its tags and seal written again are the text.</summary>
    internal static bool IsReadAndKeepsTheLaw(byte[] text)
    {
        if (!MessageText.TryParse(text, out MessageText? message, out _)) return false;
        Span<byte> buffer = stackalloc byte[Spec.MaximumTextLength];
        TagWriter writer = new(buffer);
        message.Message.Write(ref writer);
        if (writer.Overflowed || !buffer[..writer.Length].SequenceEqual(message.Covered))
            Assert.Fail($"read: {Encoding.Latin1.GetString(text)}\nwritten: {Encoding.Latin1.GetString(buffer[..writer.Length])}");
        if (message.Seal.Kind != SealKind.None) writer.Binary(message.Seal.Kind == SealKind.Mac ? "mac"u8 : "sig"u8, message.SealValue());
        if (writer.Overflowed || !buffer[..writer.Length].SequenceEqual(text)) Assert.Fail($"the seal of {Encoding.Latin1.GetString(text)}");
        return true;
    }

    private Random Seeded()
    {
        int seed = Environment.GetEnvironmentVariable("KMS_SEED") is { } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Environment.TickCount;
        TestContext.WriteLine($"KMS_SEED={seed}");
        return new Random(seed);
    }
}
